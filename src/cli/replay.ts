/** `couchestor replay`: a recording of a live operator, decided again. */
import { type Define, examples } from './command.js'
import type { ReplayOptions } from './replay/run.js'

export const defineReplay: Define = (program, terminal, ending) => {
  program
    .command('replay')
    .argument('<dir>', 'directory that an operator recorded to, or one file of it')
    .summary('decide again what an operator decided, and compare')
    .description(
      'Puts a recording of a live operator through the core, and compares every decision.' +
        ' Status 1 at the first difference.',
    )
    .addHelpText('before', examples('couchestor replay recording', 'couchestor replay d --json'))
    .option('--json', 'one JSON document on stdout', false)
    .action(async (directory: string, options: ReplayOptions) => {
      const { replayCommand } = await import('./replay/run.js')
      ending.status = await replayCommand(directory, options, terminal)
    })
}
