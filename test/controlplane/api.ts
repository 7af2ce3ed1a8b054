/** The program's own way to a control plane, as its administrator. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubernetesApi } from '../../src/kubernetes/api.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import type { ControlPlane } from './control-plane.js'

export function apiOf({ folder, url }: ControlPlane, user = 'admin'): KubernetesApi {
  const read = (name: string): Buffer => readFileSync(join(folder, name))
  const tls = { ca: read('ca.crt'), cert: read(`${user}.crt`), key: read(`${user}.key`) }
  return openApi({ url, tls, headers: async () => ({}) }, systemTiming)
}
