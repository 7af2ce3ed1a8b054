/**
 * Replies of Mayastor's REST API as far as they are read, from 2.7 on. What came after 2.8 is
 * optional. Words of a state are any text: one that is not known is taken for the worst.
 * Sources: the API's OpenAPI document (control-plane, rest/openapi-specs) for 2.8; `healthy` and
 * `cordonDrain` as 2.10 sends them (OEP 3903, control-plane #1002, #1004, #1031).
 */
import {
  anything,
  checkOf,
  count,
  flag,
  list,
  object,
  record,
  text,
  type ValueOf,
} from '../shape.js'

const labelled = object(
  { inclusion: record(text), exclusion: record(text) },
  {
    affinity_key: list(text),
  },
)

const topology = object(
  {},
  {
    node_topology: object(
      {},
      {
        labelled,
        explicit: object({ allowed_nodes: list(text) }, {}),
      },
    ),
    pool_topology: object({}, { labelled }),
  },
)

const volumeSpec = object(
  { uuid: text, size: count, num_replicas: count, status: text, thin: flag, num_snapshots: count },
  {
    as_thin: flag,
    operation: object({ operation: text }, {}),
    target: object({ node: text }, {}),
    topology,
    affinity_group: object({ id: text }, {}),
  },
)

const child = object({ uri: text, state: text }, { rebuildProgress: count })

const nexus = object({ node: text, state: text, rebuilds: count, children: list(child) }, {})

const replicaTopology = object(
  { state: text },
  {
    node: text,
    pool: text,
    'child-status': text,
    'rebuild-progress': count,
    usage: object({ allocated: count, allocated_snapshots: count }, {}),
    healthy: flag,
  },
)

const volumeState = object(
  { status: text, replica_topology: record(replicaTopology) },
  {
    target: nexus,
  },
)

const volume = object({ spec: volumeSpec, state: volumeState }, {})

const scopes = object(
  {},
  {
    replicas: flag,
    snapshots: flag,
    restores: flag,
    import: flag,
  },
)

const poolSpec = object(
  { node: text, status: text },
  {
    labels: record(text),
    cordonDrain: object({}, { cordoned: scopes, draining: anything, drained: anything }),
  },
)

const poolState = object(
  { node: text, status: text, capacity: count, used: count },
  {
    committed: count,
  },
)

const pool = object({ id: text }, { spec: poolSpec, state: poolState })

const cordoned = object({ cordonlabels: list(text) }, {})
const drained = object({ cordonlabels: list(text), drainlabels: list(text) }, {})

const nodeSpec = object(
  {},
  {
    labels: record(text),
    version: text,
    cordondrainstate: object(
      {},
      {
        cordonedstate: cordoned,
        drainingstate: drained,
        drainedstate: drained,
      },
    ),
  },
)

const nodeState = object({ status: text }, { version: text })

const node = object({ id: text }, { spec: nodeSpec, state: nodeState })

const problem = object({ kind: text }, { message: text, details: text })

const volumes = object({ entries: list(volume) }, { next_token: count })

export type VolumeReply = ValueOf<typeof volume>
export type ReplicaReply = ValueOf<typeof replicaTopology>
export type PoolReply = ValueOf<typeof pool>
export type NodeReply = ValueOf<typeof node>
export type ProblemReply = ValueOf<typeof problem>

export const replies = {
  volumes: checkOf(volumes),
  volume: checkOf(volume),
  pools: checkOf(list(pool)),
  pool: checkOf(pool),
  nodes: checkOf(list(node)),
  node: checkOf(node),
  problem: checkOf(problem),
}
