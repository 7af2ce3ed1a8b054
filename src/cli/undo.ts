/** `couchestor undo`: one migration cancelled, or moved back. */
import { addKubernetesFlags, addNamespaceFlag } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { UndoOptions } from './undo/run.js'

export const defineUndo: Define = (program, terminal, ending) => {
  const command = program
    .command('undo')
    .argument('<migration>', 'name of the VolumeMigration')
    .summary('cancel a migration, or move its volume back')
    .description(
      'One that runs is cancelled, and the operator undoes what it did; of one that is completed' +
        ' the volume is moved back. Status 1 where nothing can be undone.',
    )
    .addHelpText(
      'before',
      examples('kubectl get volumemigrations', 'couchestor undo orders-3-2 --wait 30m'),
    )
    .option('--wait <duration>', 'until it is undone, for so long at most')
  addNamespaceFlag(addKubernetesFlags(command)).action(
    async (migration: string, options: UndoOptions) => {
      const { undoCommand } = await import('./undo/run.js')
      ending.status = await undoCommand(migration, options, terminal)
    },
  )
}
