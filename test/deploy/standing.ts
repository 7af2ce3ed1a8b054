/** Which objects of the chart's hooks a control plane has. */
import type { ControlPlane } from '../controlplane/control-plane.js'
import { namespace } from './chart.js'

const rights = 'rbac.authorization.k8s.io/v1'

export const jobPath = `/apis/batch/v1/namespaces/${namespace}/jobs/couchestor-release`

/** All that is made for the length of an uninstall. */
export const hookPaths: readonly string[] = [
  `/api/v1/namespaces/${namespace}/serviceaccounts/couchestor-release`,
  `/apis/${rights}/clusterroles/couchestor-release`,
  `/apis/${rights}/clusterrolebindings/couchestor-release`,
  `/apis/${rights}/namespaces/${namespace}/roles/couchestor-release`,
  `/apis/${rights}/namespaces/${namespace}/rolebindings/couchestor-release`,
  `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/couchestor-release`,
  jobPath,
]

export async function standing(
  { call }: ControlPlane,
  paths: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async path => ((await call('GET', path)).status === 200 ? [path] : [])),
  )
  return found.flat()
}
