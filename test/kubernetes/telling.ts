/** A recorder, and something to tell. */
import type { KubernetesObject } from '../../src/kubernetes/api.js'
import { recorder, type Tale } from '../../src/kubernetes/recorder.js'
import { FaultyServer, type Passage, smooth, Timeline } from './faulty-server.js'

export const settings = {
  reportingController: 'storage.billyronks.io/couchestor',
  reportingInstance: 'couchestor-0',
  namespaceOfClusterObjects: 'default',
}

export function taleOf(change: Partial<Tale> = {}, uid = 'uid-of-a'): Tale {
  return {
    regarding: { apiVersion: 'v1', kind: 'PersistentVolume', name: 'pv-a', uid },
    type: 'Normal',
    reason: 'MoveStarted',
    action: 'Demote',
    note: 'idle for 7 days: 3 IOPS',
    ...change,
  }
}

export function begin(passage: () => Passage = () => smooth) {
  const timeline = new Timeline()
  const server = new FaultyServer(timeline)
  const timing = timeline.timing(() => 0.5)
  const told = recorder(server.api(passage), settings, timing)
  const events = (): readonly KubernetesObject[] => [...server.objects.values()]
  return { timeline, server, told, events }
}

/** How often it was told. */
export function countOf({ series }: KubernetesObject): number {
  const known: unknown = series
  if (typeof known !== 'object' || known === null || !('count' in known)) return 1
  return Number(known.count)
}

export function sum(events: readonly KubernetesObject[]): number {
  return events.reduce((total, event) => total + countOf(event), 0)
}
