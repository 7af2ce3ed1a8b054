/** `couchestor ec torture`: the seeded search for a wrong byte in coded files. */
import { damageKinds } from '../../ec/torture/damage-kinds.js'
import type { Tortured } from '../../ec/torture/torture.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import { grouped } from '../trace/figures.js'
import { usage } from '../trace/reading.js'
import { documentOf } from '../version.js'
import { seldom } from './coded-directory.js'

interface TortureFlags {
  readonly runs: string
  readonly seed: string
  readonly only?: string
  readonly json?: boolean
}

export const defineTorture: Define = (ec, terminal, ending) => {
  ec.command('torture')
    .description('Code, damage, cut off, read and repair in memory; status 1 at a broken promise.')
    .option('--runs <n>', 'how many runs', '1000')
    .option('--seed <n>', 'the seed of them all', '1')
    .option('--only <seed>', 'one run again, by the seed that was told of it, as 1/4/17')
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples(
        'couchestor ec torture --runs 10000 --seed 7',
        'couchestor ec torture --seed 7 --only 7/12/3',
      ),
    )
    .action(async (flags: TortureFlags) => {
      const { torture } = await import('../../ec/torture/torture.js')
      const runs = countOf('--runs', flags.runs)
      const seed = countOf('--seed', flags.seed)
      let text = ''
      const show = seldom(terminal, () => text)
      const progress = (done: number, violations: number): void => {
        text = `${grouped(done)} of ${grouped(runs)} runs, ${violations} violations`
        show()
      }
      const tortured = await torture({ runs, seed, only: flags.only ?? null, progress })
      if (tortured.violations.length > 0) ending.status = 1
      if (flags.json === true) {
        terminal.answer(JSON.stringify(documentOf('ec-torture', { seed, ...tortured })))
      } else for (const line of lines(seed, tortured)) terminal.answer(line)
    })
}

function countOf(flag: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (value > 0 || (value === 0 && flag === '--seed')) return value
  throw usage(flag, `${text} is no number`, 'give a whole number')
}

function lines(seed: number, tortured: Tortured): readonly string[] {
  const { runs, shapes, powerCuts, lossesNamed, damage, violations } = tortured
  const kinds = damageKinds.map(kind => `${kind} ${grouped(damage[kind])}`).join(', ')
  return [
    `${grouped(runs)} runs from seed ${seed} over ${grouped(shapes)} shapes: ${kinds};` +
      ` the power went ${grouped(powerCuts)} times`,
    ...violations.map(one => `run ${one.seed} (${one.shape}): ${one.text}`),
    violations.length === 0
      ? `No wrong byte; in ${grouped(lossesNamed)} runs bytes were lost, and named exactly.`
      : `${grouped(violations.length)} runs broke a promise; --only repeats one.`,
  ]
}
