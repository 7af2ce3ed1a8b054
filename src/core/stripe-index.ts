/**
 * The index of ECStripe objects beside the truth, which the containers are: which groups there are,
 * and what must be created and removed for the index to agree.
 */
import { layoutKey, type ShardPlace, type StripeGroup, stripeObjectName } from './stripe-object.js'

/** So many stripes from the first on, all with these shard places. */
export interface Run {
  readonly firstStripe: number
  readonly stripes: number
  readonly shards: readonly ShardPlace[]
}

/** Where a coded volume is. Runs do not overlap. */
export interface Layout extends Omit<StripeGroup, keyof Run> {
  readonly runs: readonly Run[]
}

/** The largest groups that are contiguous and have the same shard places, in order. */
export function groupsOf({ runs, ...common }: Layout): readonly StripeGroup[] {
  const groups: StripeGroup[] = []
  const inOrder = [...runs].sort((one, other) => one.firstStripe - other.firstStripe)
  for (const run of inOrder) {
    const last = groups.at(-1)
    if (last !== undefined && goesOn(last, run)) {
      groups[groups.length - 1] = { ...last, stripes: last.stripes + run.stripes }
    } else if (run.stripes > 0) groups.push({ ...common, ...run })
  }
  return groups
}

function goesOn(group: StripeGroup, run: Run): boolean {
  return (
    group.firstStripe + group.stripes === run.firstStripe &&
    placesKey(group.shards) === placesKey(run.shards)
  )
}

/** Offsets differ from stripe to stripe: they are no place. */
function placesKey(shards: readonly ShardPlace[]): string {
  return JSON.stringify(shards.map(one => [one.shard, one.isData, one.pool, one.node]))
}

/** An object of the index; a group of null cannot be read. */
export interface Indexed {
  readonly name: string
  readonly group: StripeGroup | null
}

export interface IndexPlan {
  /** Each is created before anything is removed: a reader finds every stripe at all times. */
  readonly create: readonly StripeGroup[]
  readonly remove: readonly { readonly name: string; readonly why: Stale }[]
  /** They stand as they should. */
  readonly keep: readonly { readonly name: string; readonly group: StripeGroup }[]
  /** Of another volume, whatever their labels say: they are left alone. */
  readonly foreign: readonly string[]
}

/** `other-layout`: it tells of places or stripes that are no more. */
export type Stale = 'other-layout' | 'twice' | 'unreadable'

/** The truth of one volume against what the index has under its label. */
export function indexPlan(
  volume: string,
  truth: readonly StripeGroup[],
  found: readonly Indexed[],
): IndexPlan {
  const isForeign = ({ group }: Indexed): boolean => group !== null && group.volume !== volume
  const ours = found.filter(one => !isForeign(one))
  const wanted = new Map(truth.map(group => [layoutKey(group), group]))
  const keep = new Map<string, { readonly name: string; readonly group: StripeGroup }>()
  const remove: { readonly name: string; readonly why: Stale }[] = []
  for (const { name, group } of newestFirst(ours)) {
    const key = group === null ? null : layoutKey(group)
    if (group === null || key === null) remove.push({ name, why: 'unreadable' })
    else if (!wanted.has(key)) remove.push({ name, why: 'other-layout' })
    else if (keep.has(key)) remove.push({ name, why: 'twice' })
    else keep.set(key, { name, group })
  }
  const names = new Set(found.map(one => one.name))
  const above = ours.reduce((most, { group }) => Math.max(most, group?.generation ?? 0), 0)
  const missing = truth.filter(group => !keep.has(layoutKey(group)))
  return {
    create: missing.map(group => withFreeName(group, above, names)),
    remove,
    keep: [...keep.values()],
    foreign: found.filter(isForeign).map(one => one.name),
  }
}

function newestFirst(found: readonly Indexed[]): readonly Indexed[] {
  const generationOf = ({ group }: Indexed): number => group?.generation ?? 0
  return [...found].sort((one, other) => generationOf(other) - generationOf(one))
}

/** A layout that takes another's place has a higher generation than any there is. */
function withFreeName(group: StripeGroup, above: number, names: ReadonlySet<string>): StripeGroup {
  let free = above < group.generation ? group : { ...group, generation: above + 1 }
  while (names.has(stripeObjectName(free))) free = { ...free, generation: free.generation + 1 }
  return free
}
