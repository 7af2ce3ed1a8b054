// Mutation testing of src/core: runs Stryker and writes its figures into docs/mutation.md.
// Arguments go to Stryker: `npm run mutation -- --mutate src/core/order.ts` looks at one file, and
// keeps what is known of the others.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const given = process.argv.slice(2)
const began = Date.now()
const run = spawnSync('npx', ['stryker', 'run', ...given], { stdio: 'inherit' })
if (run.status !== 0) process.exit(run.status ?? 1)
const minutes = Math.ceil((Date.now() - began) / 60_000)
const isWhole = !given.includes('--mutate')
const lastRun = isWhole
  ? `The last run looked at all files and took ${minutes} min.`
  : 'The last run looked at some files; the others are as the run before left them.'

const { files } = JSON.parse(readFileSync('.cache/mutation/mutation.json', 'utf8'))
const rows = Object.entries(files)
  .map(([path, { mutants }]) => figuresOf(path, mutants))
  .filter(row => row.counted > 0)
  .sort((a, b) => (a.path < b.path ? -1 : 1))
const all = rows.reduce(
  (sum, row) => ({
    path: 'all',
    killed: sum.killed + row.killed,
    counted: sum.counted + row.counted,
  }),
  { path: 'all', killed: 0, counted: 0 },
)
const lines = [...rows, all].map(
  row => `| ${row.path} | ${row.killed} | ${row.counted} | ${percent(row)} |`,
)
const text = [
  '# Mutation testing',
  '',
  'Written by `npm run mutation`: Stryker changes the core in thousands of small ways. A change',
  'counts as killed when a test of `test/core` or `test/laws` fails or never ends. Changes of',
  'constants that are made once when a file is loaded (the tables of words) are not counted.',
  '',
  `${percent(all)} % of the changes in these ${rows.length} files are killed (the goal is 85 %).`,
  lastRun,
  '',
  '| File | Killed | Changes | Percent |',
  '|---|---:|---:|---:|',
  ...lines,
  '',
].join('\n')
process.stdout.write(`${lines.join('\n')}\n`)
writeFileSync('docs/mutation.md', text)

function figuresOf(path, mutants) {
  const isKilled = one => one.status === 'Killed' || one.status === 'Timeout'
  const isCounted = one => isKilled(one) || one.status === 'Survived' || one.status === 'NoCoverage'
  return {
    path,
    killed: mutants.filter(isKilled).length,
    counted: mutants.filter(isCounted).length,
  }
}

function percent({ killed, counted }) {
  return ((killed * 100) / Math.max(1, counted)).toFixed(1)
}
