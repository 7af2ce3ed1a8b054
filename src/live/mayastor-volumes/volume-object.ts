/**
 * One MayastorVolume object of the seed's form (openebs.io/v1alpha1) in the words of the core. Its
 * fields are those of the Community Edition (abiolaogu/couchestor-ce, src/crd/mayastor.rs). An
 * object of another form, as MOAC had it before Mayastor 1.0, is refused, and the field is named.
 */
import {
  type Labels,
  nodeId,
  poolId,
  type Replica,
  replicaId,
  type Topology,
  type VolumeTarget,
  volumeId,
} from '../../core/model.js'
import type { KubernetesObject } from '../../kubernetes/api.js'
import type { MayastorVolume } from '../mayastor/model.js'
import { checkOf, flag, list, object, record, type Shape, text, type ValueOf } from '../shape.js'

export type VolumeReading =
  | { readonly kind: 'volume'; readonly volume: MayastorVolume; readonly version: string }
  /** `field`: the first one that it lacks, or that has another form. */
  | { readonly kind: 'refused'; readonly field: string; readonly why: string }

const states = {
  Unknown: 'unknown',
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
} as const
type State = keyof typeof states

const state: Shape<State> = { schema: { enum: Object.keys(states) } }
/** Above what a number holds exactly, nothing is believed. */
const above0: Shape<number> = {
  schema: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
}

const shape = object(
  {
    metadata: object({ name: text, resourceVersion: text }, { deletionTimestamp: text }),
    spec: object(
      { numReplicas: above0, size: above0 },
      {
        topology: object(
          {},
          {
            pool: object(
              {},
              { labelled: object({}, { inclusion: record(text), exclusion: record(text) }) },
            ),
          },
        ),
      },
    ),
    status: object(
      {
        state,
        replicas: list(object({ uuid: text, pool: text, node: text, state }, { synced: flag })),
      },
      { nexus: object({ uuid: text, node: text, state }, {}) },
    ),
  },
  {},
)
type Form = ValueOf<typeof shape>
type Status = Form['status']

const check = checkOf(shape)

export function volumeOfObject(raw: KubernetesObject): VolumeReading {
  const checked = check(raw)
  if (checked.kind === 'invalid') {
    const { field, why } = checked
    return { kind: 'refused', field, why }
  }
  const { metadata, spec, status } = checked.value
  const isLeaving = typeof metadata.deletionTimestamp === 'string'
  const volume: MayastorVolume = {
    id: volumeId(metadata.name),
    sizeBytes: spec.size,
    // What is not told is taken for what needs more room.
    thin: false,
    specStatus: isLeaving ? 'deleting' : 'created',
    status: states[status.state],
    replicaCount: spec.numReplicas,
    replicas: replicasOf(status, spec.size),
    target: targetOf(status),
    operation: null,
    snapshots: 0,
    topology: topologyOf(spec.topology),
    affinityGroup: null,
  }
  return { kind: 'volume', volume, version: metadata.resourceVersion }
}

function replicasOf({ replicas, nexus }: Status, sizeBytes: number): readonly Replica[] {
  const isServed = nexus !== undefined && nexus !== null
  return replicas
    .map(
      (one): Replica => ({
        id: replicaId(one.uuid),
        pool: one.pool === '' ? null : poolId(one.pool),
        node: one.node === '' ? null : nodeId(one.node),
        state: states[one.state],
        childState: isServed ? childStateOf(one) : null,
        rebuildPercent: null,
        healthy: null,
        allocatedBytes: sizeBytes,
        snapshotBytes: 0,
      }),
    )
    .sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** One that is not synced is known to its target, and no copy to rely on. */
function childStateOf({ state: told, synced }: Status['replicas'][number]): Replica['childState'] {
  const isBehind = synced !== true && told === 'Online'
  return isBehind ? 'degraded' : states[told]
}

/** How many rebuilds run is not told: whoever is behind counts as one. */
function targetOf({ nexus, replicas }: Status): VolumeTarget | null {
  if (nexus === undefined || nexus === null) return null
  const behind = replicas.filter(one => one.synced !== true && one.state !== 'Faulted')
  return { node: nodeId(nexus.node), state: states[nexus.state], rebuilds: behind.length }
}

/** No pool carries it: a volume that excludes pools is not moved. */
const excludedPools = 'excluded-pools'

function topologyOf(topology: Form['spec']['topology']): Topology {
  const { inclusion, exclusion } = topology?.pool?.labelled ?? {}
  const excluded = Object.entries(exclusion ?? {}).map(pair => pair.join('='))
  const closed: Labels = excluded.length === 0 ? {} : { [excludedPools]: excluded.join(' ') }
  return { poolInclusion: { ...inclusion, ...closed }, nodeInclusion: {}, nodeExclusion: {} }
}
