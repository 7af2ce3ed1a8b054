/** `couchestor scenario new`: a commented scenario to start from. */
import { type Define, examples } from './command.js'
import type { NewScenarioOptions } from './scenario/new.js'
import { addReadingFlags } from './trace/reading.js'

export const defineScenario: Define = (program, terminal, ending) => {
  const scenario = program
    .command('scenario')
    .summary('make a scenario to start from')
    .description('Makes scenarios: a cluster, policies, a workload, prices, faults, a seed.')
    .addHelpText('before', examples('couchestor scenario new --out mine.yaml'))
  const command = scenario
    .command('new')
    .description('Writes a commented scenario, sized from a trace where one is given.')
    .addHelpText(
      'before',
      examples(
        'couchestor scenario new --out mine.yaml',
        'couchestor scenario new --trace web.csv.gz --out web.yaml',
        'couchestor scenario new | couchestor simulate -',
      ),
    )
    .option(
      '--trace <file>',
      'trace that it is sized from (repeatable)',
      (file: string, before: readonly string[]) => [...before, file],
      [],
    )
    .option('--out <file>', 'file to write; standard output where this is left out')
    .option('--force', 'replace that file', false)
  addReadingFlags(command).action(async (options: NewScenarioOptions) => {
    const { newScenarioCommand } = await import('./scenario/new.js')
    ending.status = await newScenarioCommand(options, terminal)
  })
}
