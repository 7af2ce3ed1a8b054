/** A control plane that writes down what one user asks of it. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { wordsOf } from './permissions.js'

export interface Audited {
  readonly plane: ControlPlane
  /** What that user asked for so far. */
  readonly asked: () => readonly AuditEvent[]
  readonly stop: () => Promise<void>
}

export interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  /** Null for what is no resource. */
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource: string
    readonly subresource?: string
    readonly namespace?: string
  }
  readonly responseStatus?: { readonly code: number }
}

/** The server's program is one that adds the flags of auditing to those that it is given. */
export async function startAudited(assets: string, user: string): Promise<Audited> {
  const folder = mkdtempSync(join(tmpdir(), 'couchestor-audited-'))
  const [policy, log] = [join(folder, 'policy.yaml'), join(folder, 'audit.log')]
  writeFileSync(policy, stringify(policyOf(user)))
  writeFileSync(log, '')
  symlinkSync(join(assets, 'etcd'), join(folder, 'etcd'))
  const program = join(folder, 'kube-apiserver')
  const files = `--audit-policy-file='${policy}' --audit-log-path='${log}'`
  const flags = `${files} --audit-log-mode=blocking`
  writeFileSync(program, `#!/bin/sh\nexec '${join(assets, 'kube-apiserver')}' "$@" ${flags}\n`)
  chmodSync(program, 0o755)
  const plane = await startControlPlane(folder)
  return {
    plane,
    asked: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line)),
    stop: async () => {
      await plane.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** As `wordsOf` a permission. */
export function wordsOfEvent({ verb, requestURI, objectRef }: AuditEvent): string {
  if (objectRef === undefined) return `${verb} ${requestURI}`
  const { apiGroup: group = '', resource, subresource } = objectRef
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  return wordsOf({ verb, group, resource: whole })
}

function policyOf(user: string): object {
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level: 'Metadata', users: [user] }, { level: 'None' }],
  }
}
