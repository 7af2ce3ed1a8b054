// The OpenTelemetry collector of tests, built from test/collector into a cache outside the tree
// where it is missing; `--where` only tells its path, status 1 where it is not there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = fileURLToPath(new URL('../test/collector', import.meta.url))
const hash = createHash('sha256')
for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(sources, name)))
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const folder = join(cache, 'couchestor', 'collector')
const program = join(folder, hash.digest('hex').slice(0, 12))

if (existsSync(program)) process.stdout.write(`${program}\n`)
else if (process.argv.includes('--where')) {
  process.stderr.write(`no collector at ${program}: node scripts/collector.mjs\n`)
  process.exitCode = 1
} else build()

// A program that is there is whole: it gets its name when it is built.
function build() {
  mkdirSync(folder, { recursive: true })
  const building = `${program}.${process.pid}`
  const words = ['build', '-trimpath', '-ldflags', '-s -w', '-o', building, '.']
  const { status, error } = spawnSync('go', words, {
    cwd: sources,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) {
    process.stderr.write(`the collector cannot be built: ${error?.message ?? 'see above'}\n`)
    process.exitCode = 1
    return
  }
  renameSync(building, program)
  process.stdout.write(`${program}\n`)
}
