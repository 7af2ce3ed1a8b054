/**
 * `couchestor explain`: why a volume moved, stayed or is blocked, and which number would change
 * that.
 */
import { addKubernetesFlags, addServerFlags } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { ExplainOptions } from './explain/run.js'
import { addSettingFlags } from './operator/settings.js'

export const defineExplain: Define = (program, terminal, ending) => {
  const command = program
    .command('explain')
    .argument('<volume>', 'a volume: of a cluster also its claim, or its uuid')
    .summary('say why a volume moved, stayed or is blocked')
    .description(
      'Says why a volume moved, stayed or is blocked, and which number would change that.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor explain orders-3 --in couchestor-out/quick-start-42',
        'couchestor explain orders-3 --in couchestor-out/quick-start-42 --at 2026-01-09T03:00:00Z',
        'couchestor explain default/orders-3 --mayastor-url http://localhost:8081' +
          ' --prometheus-url http://localhost:9090',
      ),
    )
    .option('--in <dir>', 'directory of a run, or a recording; left out: the live cluster')
    .option('--at <time>', 'an instant (2026-01-09T03:00:00Z), or a time from the start (3d4h)')
    .option('--run <name>', 'which of its runs; the first where this is left out')
    .option('--namespace <name>', 'of an operator that is installed', 'couchestor-system')
    .option('--clock <url>', 'for tests: a twin on the wire whose clock counts')
  addSettingFlags(addServerFlags(addKubernetesFlags(command)))
    .option('--json', 'one JSON document on stdout', false)
    .action(async (volume: string, options: ExplainOptions) => {
      const { explainCommand } = await import('./explain/run.js')
      ending.status = await explainCommand(volume, options, terminal)
    })
}
