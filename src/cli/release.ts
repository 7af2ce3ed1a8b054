/** `couchestor release`: a cluster without anything of ours under way, also without an operator. */
import {
  addCertificateFlags,
  addKubernetesFlags,
  addMayastorFlags,
  addNamespaceFlag,
} from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { ReleaseOptions } from './release/run.js'

export const defineRelease: Define = (program, terminal, ending) => {
  const command = program
    .command('release')
    .summary('cancel and undo all that is under way')
    .description(
      'Takes the lease, cancels every migration, undoes what it did, and leaves no cordon and no' +
        ' finalizer. Status 1 where something could not be undone; status 4 while an operator' +
        ' holds the lease, and does not give it.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor release --mayastor-url http://localhost:8081',
        'couchestor release --mayastor-url http://localhost:8081 --wait 5m --for 1h',
        'couchestor release --mayastor-url http://localhost:8081 --take-over --keep-lease-for 2m',
      ),
    )
    .option('--for <duration>', 'it gives up after so long; running it again goes on', '10m')
    .option('--wait <duration>', 'for the lease, while an operator holds it')
    .option('--take-over', 'ask the operator that leads for the lease, which then ends', false)
    .option('--keep-lease-for <duration>', 'at the end no operator begins for so long')
    .option('--lease-seconds <seconds>', 'how long the lease holds without being renewed', '15')
    .option('--preservation-mode', 'remove no replica that is synced', false)
    .option('--clock <url>', 'for tests: a twin on the wire whose clock counts')
  const named = addNamespaceFlag(addMayastorFlags(addKubernetesFlags(command)))
  addCertificateFlags(named, 'for Mayastor').action(async (options: ReleaseOptions) => {
    const { releaseCommand } = await import('./release/run.js')
    ending.status = await releaseCommand(options, terminal)
  })
}
