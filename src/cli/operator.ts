/** `couchestor operator`: the loop in a cluster, as long as it holds the lease. */
import { addKubernetesFlags, addServerFlags } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { OperatorOptions } from './operator/run.js'
import { addSettingFlags } from './operator/settings.js'

export const defineOperator: Define = (program, terminal, ending) => {
  const command = program
    .command('operator')
    .summary('move volumes in a cluster')
    .description('Observes, decides, moves and records, until it is ended or loses its lease.')
    .addHelpText(
      'before',
      examples(
        'couchestor operator --dry-run',
        'couchestor operator --prometheus-url http://prometheus.monitoring.svc:9090',
      ),
    )
    .option('--dry-run', 'decide and report, and send no command', false)
    .option('--namespace <name>', 'of its lease and its ConfigMap', 'couchestor-system')
    .option('--migration-timeout-minutes <minutes>', 'without effect: policies say it')
    .option('--metrics-addr <address>', 'where /metrics is served', '0.0.0.0:8080')
    .option('--health-addr <address>', 'where /healthz, /livez and /readyz are', '0.0.0.0:8081')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .option('--log-json', 'logs as JSON, a line each; else as text', false)
    .option('--record <dir>', 'where observations and decisions are recorded, for replay')
    .option('--clock <url>', 'for tests: a twin on the wire whose clock counts')
    .option('--clock-party <name>', 'for tests: under which name it takes part there', 'operator')
    .option('--lease-seconds <seconds>', 'how long the lease holds without being renewed', '15')
  addSettingFlags(addServerFlags(addKubernetesFlags(command))).action(
    async (options: OperatorOptions) => {
      const { operatorCommand } = await import('./operator/run.js')
      ending.status = await operatorCommand(options, terminal)
    },
  )
}
