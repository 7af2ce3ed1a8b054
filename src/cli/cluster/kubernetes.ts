/** Kubernetes as the flags name it. */
import { Refused } from '../../core/errors.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import { connect } from '../../kubernetes/connect.js'
import { openApi } from '../../kubernetes/transport.js'
import type { Timing } from '../../live/http/timing.js'
import type { KubernetesFlags } from './flags.js'

/** Refuses with CLUSTER_MISSING. */
export async function kubernetesApi(
  { kubeconfig, context }: KubernetesFlags,
  timing: Timing,
): Promise<KubernetesApi> {
  const connected = await connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  })
  if (connected.kind === 'missing') throw kubernetesMissing(connected.why)
  return openApi(connected.connection, timing)
}

export function kubernetesMissing(why: string): Refused {
  const hint = 'check --kubeconfig and --context, and that kubectl get nodes answers'
  const message = `Kubernetes: ${why}`
  return new Refused([{ code: 'CLUSTER_MISSING', message, where: {}, hint }])
}
