/** The API server's own account of what an operator writes, without its lease. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseInstant } from '../../src/core/instant.js'

/** Who the operator is here; nobody else is. */
export const operatorUser = 'operator'

export interface Written {
  readonly what: string
  /** When it was answered. */
  readonly atUs: number
}

export interface Audit {
  /** For the API server. */
  readonly flags: readonly string[]
  written(): readonly Written[]
}

export function auditIn(directory: string): Audit {
  const [policy, log] = [join(directory, 'audit.yaml'), join(directory, 'audit.log')]
  writeFileSync(policy, JSON.stringify(auditPolicy))
  writeFileSync(log, '')
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    written: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map(writtenOf),
  }
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'Metadata', users: [operatorUser] },
    { level: 'None' },
  ],
}

function writtenOf(line: string): Written {
  const { verb, objectRef, stageTimestamp } = JSON.parse(line)
  const atUs = parseInstant(stageTimestamp)
  if (atUs === null) throw new Error(`an event without an instant: ${line}`)
  const { resource, subresource, name } = objectRef
  const part = subresource === undefined ? '' : `/${subresource}`
  return { what: `${verb} ${resource}${part} ${name}`, atUs }
}
