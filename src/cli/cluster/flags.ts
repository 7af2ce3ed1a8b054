/** The flags by which a command finds a cluster: Kubernetes, Mayastor, Prometheus. */
import type { Command } from 'commander'
import type { VolumesFlags } from './mayastor.js'

export interface KubernetesFlags {
  readonly kubeconfig?: string
  readonly context?: string
}

export type ClusterFlags = VolumesFlags

export function addServerFlags(command: Command): Command {
  return addCertificateFlags(addPrometheusFlags(addMayastorFlags(command)), 'for both')
}

export function addMayastorFlags(command: Command): Command {
  return command
    .option('--volumes-from <api>', 'rest: Mayastor’s; custom-resources: MayastorVolumes', 'rest')
    .option('--mayastor-namespace <name>', 'where Mayastor runs', 'mayastor')
    .option('--mayastor-url <url>', 'where Mayastor’s REST API is')
    .option('--mayastor-ca-file <file>', 'PEM of who signs its certificate')
    .option('--mayastor-token-file <file>', 'holds the token that it wants')
}

function addPrometheusFlags(command: Command): Command {
  return command
    .option('--prometheus-url <url>', 'where Prometheus is')
    .option('--prometheus-ca-file <file>', 'PEM of who signs its certificate')
    .option('--prometheus-token-file <file>', 'holds the token that it wants')
}

export function addCertificateFlags(command: Command, whom: string): Command {
  return command
    .option('--client-certificate-file <file>', `PEM of our own certificate, ${whom}`)
    .option('--client-key-file <file>', 'PEM of its key')
}

export function addKubernetesFlags(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'how to reach Kubernetes; else as kubectl does, or as its pod')
    .option('--context <name>', 'which of its clusters')
}

export function addNamespaceFlag(command: Command): Command {
  return command.option('--namespace <name>', 'where the operator is', 'couchestor-system')
}
