/**
 * The fault test at length: `npm run ec:faults -- --runs 10000 --seed 7` writes what came of it
 * into docs/coded-files.md. One run is repeated by `couchestor ec torture`.
 */
import { torture } from '../src/ec/torture/torture.js'
import { provenance, writePart } from './page.js'

function numberOf(flag: string, otherwise: number): number {
  const at = process.argv.indexOf(flag)
  const value = at < 0 ? otherwise : Number(process.argv[at + 1])
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${flag} takes a whole number`)
  return value
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

const runs = numberOf('--runs', 10_000)
const seed = numberOf('--seed', 7)
const beganMs = performance.now()
const told = await torture({
  runs,
  seed,
  only: null,
  progress: (done, violations) => {
    if (done % 1000 === 0) process.stderr.write(`${grouped(done)} runs, ${violations} violations\n`)
  },
})
const minutes = (performance.now() - beganMs) / 60_000
for (const { seed: one, shape, text } of told.violations) {
  process.stdout.write(`${one} (${shape}): ${text}\n`)
}
const damage = Object.entries(told.damage).map(([kind, count]) => `${kind} ${grouped(count)}`)
const lines = [
  `${provenance()} Written by \`npm run ec:faults -- --runs ${runs} --seed ${seed}\`.`,
  '',
  `${grouped(told.runs)} runs over ${grouped(told.shapes)} shapes, ${grouped(told.userBytes)} user`,
  `bytes, in ${minutes.toFixed(0)} minutes. Damage: ${damage.join(', ')}. The power went`,
  `${grouped(told.powerCuts)} times. In ${grouped(told.lossesNamed)} runs bytes were beyond the`,
  'code.',
  '',
  told.violations.length === 0
    ? 'Not one wrong byte; every loss was named exactly: **0 violations**.'
    : `**${told.violations.length} violations.**`,
]
process.stdout.write(`${lines.join('\n')}\n`)
writePart('torture', lines, 'docs/coded-files.md')
process.exitCode = told.violations.length === 0 ? 0 : 1
