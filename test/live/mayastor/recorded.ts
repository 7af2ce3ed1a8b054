/** Replies of the form that Mayastor 2.10 gives, and a server that answers them by path. */
import type { ServerResponse } from 'node:http'
import { MayastorClient } from '../../../src/live/mayastor/client.js'
import type { NodeReply, PoolReply, VolumeReply } from '../../../src/live/mayastor/replies.js'
import {
  type Answering,
  answerJson,
  bare,
  clientOf,
  serve,
  type TestServer,
  TestTiming,
} from '../servers.js'

export const uuid = 'ec4e66fd-3b33-4439-b504-d49aba53da26'
export const firstReplica = '03f07c3a-9a2b-4f64-9d0b-b9f2fd5d2b11'
export const secondReplica = '7b05b1a9-51f0-4b70-8f3f-6f6d3ae0a7c2'
export const gibibyte = 1_073_741_824

type VolumeSpec = VolumeReply['spec']
type VolumeState = VolumeReply['state']

const usualSpec: VolumeSpec = {
  uuid,
  size: gibibyte,
  num_replicas: 2,
  status: 'Created',
  thin: false,
  as_thin: false,
  num_snapshots: 0,
  target: { node: 'node-1' },
  topology: {
    node_topology: { labelled: { inclusion: { zone: 'a' }, exclusion: { rack: '1' } } },
    pool_topology: { labelled: { inclusion: { tier: '' }, exclusion: {} } },
  },
  affinity_group: { id: 'shop/db' },
}

const usualState: VolumeState = {
  status: 'Degraded',
  target: {
    node: 'node-1',
    state: 'Degraded',
    rebuilds: 1,
    children: [
      { uri: `bdev:///${firstReplica}?uuid=${firstReplica}`, state: 'Online' },
      { uri: `nvmf://10.1.0.6:8420/nqn:x?uuid=${secondReplica}`, state: 'Degraded' },
    ],
  },
  replica_topology: {
    [firstReplica]: {
      node: 'node-1',
      pool: 'pool-hot-1',
      state: 'Online',
      'child-status': 'Online',
      usage: { allocated: 1000, allocated_snapshots: 10 },
      healthy: true,
    },
    [secondReplica]: {
      node: 'node-2',
      pool: 'pool-cold-2',
      state: 'Online',
      'child-status': 'Degraded',
      'rebuild-progress': 42,
      healthy: false,
    },
  },
}

/** Published on node-1, with a copy on node-2 under way. */
export function volumeReply(
  spec: Partial<VolumeSpec> = {},
  state: Partial<VolumeState> = {},
): VolumeReply {
  return { spec: { ...usualSpec, ...spec }, state: { ...usualState, ...state } }
}

export function poolReply(
  id: string,
  spec: Partial<NonNullable<PoolReply['spec']>> = {},
  state: Partial<NonNullable<PoolReply['state']>> = {},
): PoolReply {
  return {
    id,
    spec: { node: 'node-1', status: 'Created', labels: { tier: 'hot' }, ...spec },
    state: {
      node: 'node-1',
      status: 'Online',
      capacity: 100 * gibibyte,
      used: 10 * gibibyte,
      committed: 12 * gibibyte,
      ...state,
    },
  }
}

export function nodeReply(id: string, spec: Partial<NodeReply['spec']> = {}): NodeReply {
  return { id, spec: { labels: {}, version: '2.10.0', ...spec }, state: { status: 'Online' } }
}

export interface Recorded {
  readonly server: TestServer
  readonly mayastor: MayastorClient
  /** By `METHOD /path`, without the query. */
  readonly answers: Map<string, Answering>
}

/** Answers what is set, and what Mayastor answers to an unknown path: nothing but a 404. */
export async function recorded(
  answers: Readonly<Record<string, unknown>> = {},
  pageEntries = 0,
): Promise<Recorded> {
  const set = new Map(Object.entries(answers).map(([key, value]) => [key, answerJson(value)]))
  const server = await serve((asked, response: ServerResponse) => {
    const key = `${asked.method} ${asked.url.split('?')[0]}`
    const answering = set.get(key) ?? bare(404)
    answering(asked, response)
  })
  const client = clientOf(`${server.url}/v0`, new TestTiming(), { deadlineUs: 5_000_000 })
  return { server, mayastor: new MayastorClient(client, { pageEntries }), answers: set }
}

export function problem(kind: string, status: number, details = ''): Answering {
  return answerJson({ kind, message: details, details }, status)
}
