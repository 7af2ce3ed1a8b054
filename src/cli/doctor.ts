/** `couchestor doctor`: what an operator finds in a cluster, and what it misses there. */

import { addKubernetesFlags, addNamespaceFlag, addServerFlags } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { DoctorOptions } from './doctor/run.js'

export const defineDoctor: Define = (program, terminal, ending) => {
  const command = program
    .command('doctor')
    .summary('say what an operator finds in a cluster, and what it misses')
    .description(
      'Asks Mayastor, Prometheus and Kubernetes as an operator does, changes nothing, says what' +
        ' is missing.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor doctor --mayastor-url http://mayastor:8081 --prometheus-url http://prometheus',
        'couchestor doctor --mayastor-url http://localhost:8081 --prometheus-url' +
          ' http://localhost:9090 --context production --json',
      ),
    )
  addNamespaceFlag(addServerFlags(addKubernetesFlags(command)))
    .option('--sampling-window <duration>', 'as in the policies', '1h')
    .option('--scrape-interval <duration>', 'how often Prometheus asks the exporters', '15s')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor/run.js')
      ending.status = await doctorCommand(options, terminal)
    })
}
