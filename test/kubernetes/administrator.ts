/** A connection to a control plane of a test, as its administrator. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '../../src/kubernetes/connect.js'
import type { ControlPlane } from '../controlplane/control-plane.js'

export function administrator({ url, folder }: ControlPlane): Connection {
  const read = (name: string): Buffer => readFileSync(join(folder, name))
  const tls = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  return { url, tls, headers: async () => ({}) }
}
