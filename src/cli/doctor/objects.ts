/** What stands in a cluster for an operator to work on: policies, claims, classes. */
import { mayastorDriver, survey } from '../../core/landscape.js'
import { group } from '../../core/manifest.js'
import type { Cluster, Tier } from '../../core/model.js'
import { tiers } from '../../core/model.js'
import type { PolicyObject } from '../../core/resources.js'
import type { KubernetesApi, KubernetesObject, Resource } from '../../kubernetes/api.js'
import { listAll } from '../../kubernetes/list-all.js'
import type { Timing } from '../../live/http/timing.js'
import { LiveInventory } from '../../live/inventory.js'
import {
  keptClaim,
  keptClass,
  keptCodingPolicy,
  keptPolicy,
  keptPool,
  keptVolume,
} from '../../live/kubernetes-objects.js'
import type { MayastorLists } from '../../live/mayastor/mayastor.js'
import { WatchedFacts, type WatchedObjects } from '../../live/watched-facts.js'

export interface PolicyFigures {
  readonly name: string
  /** That it selects; null where the volumes could not be read. */
  readonly volumes: number | null
  /** Of each tier, as its selectors have them; null where the pools could not be read. */
  readonly pools: Readonly<Record<Tier, number>> | null
  readonly problems: readonly string[]
}

/** Null: it could not be read. */
export interface ObjectFigures {
  readonly policies: readonly PolicyFigures[] | null
  /** Selected by two policies or more. */
  readonly contestedVolumes: number | null
  readonly claims: {
    readonly total: number
    /** Bound to a volume of Mayastor. */
    readonly mayastor: number
    /** Of a class of Mayastor, and without a volume yet. */
    readonly waiting: number
  } | null
  readonly classes: { readonly total: number; readonly mayastor: number } | null
}

export async function objectsOf(
  api: KubernetesApi,
  mayastor: MayastorLists,
  pools: Resource | null,
  timing: Pick<Timing, 'nowUs'>,
): Promise<ObjectFigures> {
  const listed = await listedOf(api, pools)
  const { policies, codings, claims, volumes, classes } = listed
  const facts = new WatchedFacts()
  const none = new Map<string, never>()
  const objects: WatchedObjects = {
    volumes: volumes ?? none,
    claims: claims ?? none,
    classes: classes ?? none,
    pools: listed.pools ?? none,
  }
  const read = policies === null ? null : facts.policiesOf(policies, codings ?? none)
  const known = facts.of(objects, read ?? [], timing.nowUs())
  const inventory = new LiveInventory(mayastor, () => ({ kind: 'known', facts: known }), timing)
  const observed = await inventory.observe()
  const isWhole = volumes !== null && claims !== null && listed.pools !== null
  const cluster = isWhole && observed.kind === 'observed' ? observed.observation.cluster : null
  return {
    ...policyFigures(read, cluster),
    claims: volumes && claims && classes && claimFigures(objects, known.waitingClaims.length),
    classes: classes && {
      total: classes.size,
      mayastor: count(classes, one => one?.provisioner === mayastorDriver),
    },
  }
}

const clusterWide = (group: string, plural: string): Resource => ({
  ...{ group, version: 'v1', plural, namespace: null },
})

async function listedOf(api: KubernetesApi, pools: Resource | null) {
  const all = async <Kept>(resource: Resource, keep: (object: KubernetesObject) => Kept) => {
    const answer = await listAll(api, resource)
    if (answer.kind !== 'answered') return null
    return new Map(answer.value.map(object => [keyOf(object), keep(object)]))
  }
  const [policies, codings, volumes, claims, classes, kept] = await Promise.all([
    all(clusterWide(group, 'storagepolicies'), keptPolicy),
    all(clusterWide(group, 'erasurecodingpolicies'), keptCodingPolicy),
    all(clusterWide('', 'persistentvolumes'), keptVolume),
    all(clusterWide('', 'persistentvolumeclaims'), keptClaim),
    all(clusterWide('storage.k8s.io', 'storageclasses'), keptClass),
    pools === null ? null : all(pools, keptPool),
  ])
  return { policies, codings, volumes, claims, classes, pools: kept }
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

function policyFigures(
  policies: readonly PolicyObject[] | null,
  cluster: Cluster | null,
): Pick<ObjectFigures, 'policies' | 'contestedVolumes'> {
  if (policies === null) return { policies: null, contestedVolumes: null }
  const landscape = cluster && survey(cluster, policies, null)
  const figures = policies.map((policy, place): PolicyFigures => {
    const view = landscape?.views[place]
    const twice = (view?.poolsInTwoTiers ?? []).map(pool => `pool ${pool} is in two tiers`)
    const selected = landscape?.volumes.filter(one => one.policyPlaces.includes(place))
    const [hot, warm, cold] = tiers.map(tier => view?.poolsOfTier[tier].length ?? 0)
    return {
      name: policy.name,
      volumes: selected?.length ?? null,
      pools: view === undefined ? null : { hot, warm, cold },
      problems: [...policy.problems.map(one => `${one.path}: ${one.message}`), ...twice],
    }
  })
  const contested = landscape?.volumes.filter(one => one.policyPlaces.length > 1)
  return { policies: figures, contestedVolumes: contested?.length ?? null }
}

function claimFigures({ volumes, claims }: WatchedObjects, waiting: number) {
  const names = new Set(
    [...volumes.values()].flatMap(one => (one?.driver === mayastorDriver ? one.name : [])),
  )
  return {
    total: claims.size,
    mayastor: count(claims, claim => claim !== null && names.has(claim.volume)),
    waiting,
  }
}

function count<Kept>(all: ReadonlyMap<string, Kept>, is: (one: Kept) => boolean): number {
  return [...all.values()].filter(is).length
}
