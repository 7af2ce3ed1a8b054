/**
 * Which API server there is to ask, and as whom: a kubeconfig that is named, a pod's service
 * account, or the user's own kubeconfig. Credentials are written nowhere but into headers.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fromKubeconfigs, fromServiceAccount } from './credentials.js'
import type { Tls, TlsPart } from './tls-files.js'

export interface Connection {
  /** Of the server, without a slash at its end. */
  readonly url: string
  readonly tls: Tls
  /** What of it is from files, which are read again as they are exchanged. */
  readonly tlsParts?: readonly TlsPart[]
  /**
   * Asked at each request, since tokens are renewed. Rejects where they cannot be had, with a
   * message that holds nothing secret.
   */
  headers(): Promise<Readonly<Record<string, string>>>
}

export type Connected =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'missing'; readonly why: string }

export interface ConnectOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** Below it a pod's secrets are: the file system's own root, where this is not said. */
  readonly podRoot?: string
}

export async function connect(options: ConnectOptions): Promise<Connected> {
  const { kubeconfig, context, podRoot = '' } = options
  if (kubeconfig !== undefined) return fromKubeconfigs([kubeconfig], context)
  // A context is one of a kubeconfig: whoever names one means that, in a pod too.
  if (context === undefined && isInPod(podRoot)) return fromServiceAccount(podRoot)
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '')
  const usual = join(process.env.HOME ?? homedir(), '.kube', 'config')
  const files = (named.length > 0 ? named : [usual]).filter(path => existsSync(path))
  if (files.length > 0) return fromKubeconfigs(files, context)
  const why =
    named.length > 0
      ? `KUBECONFIG names no file that is there: ${named.join(', ')}`
      : `there is no kubeconfig: KUBECONFIG is not set, ${usual} is not there, and this is no pod`
  return { kind: 'missing', why }
}

function isInPod(root: string): boolean {
  const token = `${root}/var/run/secrets/kubernetes.io/serviceaccount/token`
  return (process.env.KUBERNETES_SERVICE_HOST ?? '') !== '' && existsSync(token)
}
