/** `couchestor twin`: a scenario as servers that Mayastor's and Prometheus' clients can talk to. */
import { addKubernetesFlags } from './cluster/flags.js'
import { type Define, examples } from './command.js'
import type { TwinOptions } from './twin/run.js'

export const defineTwin: Define = (program, terminal, ending) => {
  const command = program
    .command('twin')
    .argument('<scenario>', 'a scenario file; its policies place the volumes, no operator runs')
    .summary('serve a scenario as Mayastor and Prometheus')
    .description(
      'Serves a scenario over HTTP: Mayastor’s REST API under /v0, Prometheus’ query API under ' +
        '/api/v1, an exporter’s /metrics, and its own clock, faults and history under /twin/v1.',
    )
    .addHelpText(
      'before',
      examples(
        'couchestor twin scenarios/quick-start.yaml --listen 127.0.0.1:8081',
        'couchestor twin scenarios/quick-start.yaml --listen 127.0.0.1:0 --speed 60',
        'couchestor twin scenarios/quick-start.yaml --listen 127.0.0.1:8081 --speed manual',
      ),
    )
    .requiredOption('--listen <host:port>', 'address to listen on; port 0 takes one that is free')
    .option('--speed <n>', 'times as fast as real time, or max, or manual', '1')
    .option('--publish', 'put its DiskPools, volumes and claims into an API server', false)
  addKubernetesFlags(command).action(async (scenario: string, options: TwinOptions) => {
    const { twinCommand } = await import('./twin/run.js')
    ending.status = await twinCommand(scenario, options, terminal)
  })
}
