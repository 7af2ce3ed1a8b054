/** `couchestor resume`: the end of a pause. */
import { addKubernetesFlags, addNamespaceFlag } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { ResumeOptions } from './pause/run.js'

export const defineResume: Define = (program, terminal, ending) => {
  const command = program
    .command('resume')
    .summary('end a pause')
    .description('An operator that leads goes on at once.')
    .addHelpText('before', examples('couchestor resume', 'couchestor resume --context production'))
  addNamespaceFlag(addKubernetesFlags(command)).action(async (options: ResumeOptions) => {
    const { resumeCommand } = await import('./pause/run.js')
    ending.status = await resumeCommand(options, terminal)
  })
}
