/**
 * `couchestor simulate`: a trace replayed through the twin, under a policy and what it is set
 * against.
 */
import type { Command } from 'commander'
import { type Define, examples } from './command.js'
import type { SimulateOptions } from './simulate/options.js'
import { addReadingFlags } from './trace/reading.js'

export const defineSimulate: Define = (program, terminal, ending) => {
  const command = program
    .command('simulate')
    .argument('[scenario]', 'a scenario file; without one, it is sized from the traces')
    .summary('replay a trace through the twin and see what a policy would have done')
    .description(
      'Replays a workload through the twin under a policy, and under what it is set against.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor simulate scenarios/quick-start.yaml',
        'couchestor simulate --trace web.csv.gz --policy policy.yaml',
        'couchestor simulate fleet.yaml --set policies.0.spec.coolingPeriod=6h',
        'couchestor simulate fleet.yaml --sweep policies.0.spec.lowWatermarkIOPS=100,500,1000',
        "couchestor simulate fleet.yaml --limit 'latencyUs.hot.p99<=2ms'",
        "couchestor simulate fleet.yaml --limit 'slowerVolumes<=5' --json",
      ),
    )
  addFlags(command).action(async (scenario: string | undefined, options: SimulateOptions) => {
    const { simulateCommand } = await import('./simulate/run.js')
    ending.status = await simulateCommand(scenario ?? null, options, terminal)
  })
}

interface Repeated {
  readonly flags: string
  readonly help: string
}

const repeated: readonly Repeated[] = [
  { flags: '--trace <file>', help: 'trace to replay, instead of the scenario’s own' },
  { flags: '--policy <file>', help: 'StoragePolicy to run, instead of the scenario’s own' },
  { flags: '--against <what>', help: 'frozen, all-hot, all-cold, or a policy file' },
  { flags: '--set <path=value>', help: 'replaces one value of the scenario' },
  { flags: '--limit <path<=value>', help: 'status 1 when the first run passes it' },
]

function addFlags(command: Command): Command {
  for (const { flags, help } of repeated) {
    command.option(flags, `${help} (repeatable)`, collect, [])
  }
  return addReadingFlags(command)
    .option('--sweep <path=a,b,c>', 'one run for each value')
    .option('--seed <n>', 'seed of the run')
    .option('--out <dir>', 'where results go; default couchestor-out/NAME-SEED')
    .option('--force', 'replace that directory', false)
    .option('--json', 'one JSON document on stdout', false)
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}
