/**
 * `couchestor explain`: why a volume moved, stayed or is blocked, and which number would change
 * that.
 */
import { type Define, examples } from './command.js'
import type { ExplainOptions } from './explain/run.js'

export const defineExplain: Define = (program, terminal, ending) => {
  program
    .command('explain')
    .argument('<volume>', 'name of the volume')
    .summary('say why a volume moved, stayed or is blocked')
    .description(
      'Says why a volume moved, stayed or is blocked, and which number would change that.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor explain orders-3 --in couchestor-out/quick-start-42',
        'couchestor explain orders-3 --in couchestor-out/quick-start-42 --at 2026-01-09T03:00:00Z',
      ),
    )
    .option('--in <dir>', 'directory of a run')
    .option('--at <time>', 'an instant (2026-01-09T03:00:00Z), or a time from the start (3d4h)')
    .option('--run <name>', 'which of its runs; the first where this is left out')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (volume: string, options: ExplainOptions) => {
      const { explainCommand } = await import('./explain/run.js')
      ending.status = await explainCommand(volume, options, terminal)
    })
}
