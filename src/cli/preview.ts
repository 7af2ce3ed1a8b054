/** `couchestor preview`: what would move in a cluster; nothing is installed, nothing written. */
import { addKubernetesFlags, addServerFlags } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import { addSettingFlags } from './operator/settings.js'
import type { PreviewOptions } from './preview/run.js'

export const definePreview: Define = (program, terminal, ending) => {
  const command = program
    .command('preview')
    .summary('say what would move in a cluster, and why the rest would not')
    .description(
      'One round of an operator that writes nothing, with your own kubeconfig.' +
        ' Status 1 when something would move.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor preview --policy policy.yaml --mayastor-url http://localhost:8081' +
          ' --prometheus-url http://localhost:9090',
        'couchestor preview --json | jq .volumes',
      ),
    )
    .option('--policy <file...>', 'policies in place of the cluster’s own')
    .option('--clock <url>', 'for tests: a twin on the wire whose clock counts')
    .option('--namespace <name>', 'of an operator that is installed', 'couchestor-system')
  addSettingFlags(addServerFlags(addKubernetesFlags(command)))
    .option('--json', 'one JSON document on stdout', false)
    .action(async (options: PreviewOptions) => {
      const { previewCommand } = await import('./preview/run.js')
      ending.status = await previewCommand(options, terminal)
    })
}
