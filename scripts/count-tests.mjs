// Prints `N passed, N failed` from vitest's JSON report; status 1 where a test failed or none ran.
import { existsSync, readFileSync } from 'node:fs'

const file = process.argv[2]
const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
const passed = report?.numPassedTests ?? 0
const failed =
  (report?.numFailedTests ?? 0) +
  (report?.numFailedTestSuites > 0 && report.numFailedTests === 0 ? 1 : 0)
const skipped = report?.numPendingTests ?? 0
process.stdout.write(
  `${passed} passed, ${report === null ? 1 : failed} failed, ${skipped} skipped\n`,
)
if (passed === 0 || failed > 0 || skipped > 0) process.exitCode = 1
