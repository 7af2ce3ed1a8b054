/** Kubernetes as the flags name it. */
import { Refused } from '../../core/errors.js'
import type { BulkDelete, KubernetesApi } from '../../kubernetes/api.js'
import { type Connected, connect } from '../../kubernetes/connect.js'
import { type ApiSettings, openApi } from '../../kubernetes/transport.js'
import type { Timing } from '../../live/http/timing.js'
import type { KubernetesFlags } from './flags.js'

/** Refuses with CLUSTER_MISSING. */
export async function kubernetesApi(
  flags: KubernetesFlags,
  timing: Timing,
  settings: Partial<ApiSettings> = {},
): Promise<KubernetesApi & BulkDelete> {
  const connected = await connectionOf(flags)
  if (connected.kind === 'missing') throw kubernetesMissing(connected.why)
  return openApi(connected.connection, timing, settings)
}

export function connectionOf({ kubeconfig, context }: KubernetesFlags): Promise<Connected> {
  return connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  })
}

export function kubernetesMissing(why: string): Refused {
  return missing(why, 'check --kubeconfig and --context, and that kubectl get nodes answers')
}

/** What an operator has in its namespace could not be read or written. */
export function namespaceMissing(why: string): Refused {
  return missing(why, 'check --namespace, --kubeconfig and --context, and what you may do there')
}

function missing(why: string, hint: string): Refused {
  const message = `Kubernetes: ${why}`
  return new Refused([{ code: 'CLUSTER_MISSING', message, where: {}, hint }])
}
