/** `couchestor pause`: no further command in a cluster, whoever leads. */
import { addKubernetesFlags, addNamespaceFlag } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { PauseOptions } from './pause/run.js'

export const definePause: Define = (program, terminal, ending) => {
  const command = program
    .command('pause')
    .summary('stop an operator’s commands, and say why')
    .description(
      'From the next round on nothing is sent but what undoes cordons; copies that run go on.',
    )
    .addHelpText(
      'before',
      examples(
        "couchestor pause --why 'the switch of rack 3 is replaced'",
        "couchestor pause --why 'upgrade of Mayastor' --context production",
      ),
    )
    .requiredOption('--why <text>', 'for whoever finds it paused')
  addNamespaceFlag(addKubernetesFlags(command)).action(async (options: PauseOptions) => {
    const { pauseCommand } = await import('./pause/run.js')
    ending.status = await pauseCommand(options, terminal)
  })
}
