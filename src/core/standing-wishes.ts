/**
 * Wishes that stand: those of most volumes in most rounds. What a volume comes to by this short way
 * is what the long way comes to, for less: a row for each volume, in columns, so that a round goes
 * over all of them without a look at their objects.
 */
import type { HeatWindow } from './heat.js'
import { coolingEndsUs } from './held-back.js'
import type { PolicyView, VolumeView } from './landscape.js'
import type { Tier } from './model.js'
import type { Past } from './past.js'
import { isCoded } from './qualify.js'
import { tierings } from './tiering/algorithms.js'
import { isDownward, type Marks, type Tiering, type Wish as TierWish } from './tiering/tiering.js'
import type { Wish } from './verdict.js'
import { heatIndex, type Scene, type WishContext } from './wish-context.js'

interface Stood {
  readonly wish: Wish
  readonly past: Past
}

/** What the wishes of one policy's volumes rest on in a round. */
interface Ground {
  readonly tiering: Tiering
  readonly marks: Marks
  readonly window: HeatWindow
  /** Coverage that heat needs; none where it decides nothing. */
  readonly minimumPercent: number | null
}

/**
 * A view is of one volume as it looked, on its tier, under policies as they stood: while it, the
 * volume's past and the ground are the same, only heat or time can make it want anything else.
 */
export class StandingWishes {
  /** The view that the wish rests on, null where none stands. */
  private readonly views: (VolumeView | null)[] = []
  private readonly stood: (Stood | null)[] = []
  private readonly tiers: Tier[] = []
  /** What the algorithm said, whatever held it back. */
  private readonly marked: TierWish[] = []
  private readonly policies: Int32Array
  private readonly heatIndexes: Int32Array
  /** When what holds it back is over; infinity where nothing does. */
  private readonly untilUs: Float64Array
  private scene: Scene | null = null
  private grounds: readonly (Ground | null)[] = []
  private beside = ''

  constructor(volumes: number) {
    this.policies = new Int32Array(volumes)
    this.heatIndexes = new Int32Array(volumes)
    this.untilUs = new Float64Array(volumes)
  }

  /** A round begins: what all wishes rest on beside their volumes. */
  begin(scene: Scene, policies: readonly PolicyView[]): void {
    const beside = `${scene.versionText} ${scene.preservationMode}`
    if (beside !== this.beside) this.views.fill(null)
    this.beside = beside
    this.scene = scene
    this.grounds = policies.map(policy => groundOf(policy, scene))
  }

  forget(place: number): void {
    this.views[place] = null
  }

  /** The wish of a volume that was thought over, if it rests on nothing that is not looked at. */
  note({ view, past, memory, policy }: WishContext, wish: Wish, place: number): void {
    const { tier, policyPlaces } = view
    this.views[place] = null
    const ground = this.grounds[policyPlaces[0]]
    if (ground === null || tier === 'mixed' || tier === 'outside' || !mayStand(wish)) return
    if (mayChangeForm(view, policy, wish)) return
    this.views[place] = view
    this.stood[place] = { wish, past }
    this.tiers[place] = tier
    this.policies[place] = policyPlaces[0]
    this.heatIndexes[place] = heatIndex(ground.window, view.volume, memory)
    this.marked[place] = this.mark(place, ground)
    const cools = wish.reason === 'cooling'
    const { spec } = policy.policy
    this.untilUs[place] = cools ? coolingEndsUs(memory, wish.to, spec) : Number.POSITIVE_INFINITY
  }

  /** Whether its wish stands and is to stay. */
  stays(place: number, view: VolumeView): boolean {
    return this.views[place] === view && this.isToStay(place) && this.stands(place)
  }

  /** Its wish, if that stands. */
  at(place: number, view: VolumeView): Stood | null {
    if (this.views[place] !== view || !this.stands(place)) return null
    // Down only on heat that is no lower bound, which depends on what others bring the pools.
    const isDown = isDownward(this.tiers[place], this.marked[place].to)
    if (isDown && this.scene?.loads?.saturated(view).length !== 0) return null
    return this.stood[place]
  }

  private isToStay(place: number): boolean {
    return this.marked[place].to === this.tiers[place]
  }

  private stands(place: number): boolean {
    const { scene } = this
    const ground = this.grounds[this.policies[place]]
    if (scene === null || ground === null || scene.nowUs >= this.untilUs[place]) return false
    const { window, minimumPercent } = ground
    if (minimumPercent !== null && !window.isKnown(this.heatIndexes[place], minimumPercent)) {
      return false
    }
    const before = this.marked[place]
    const now = this.mark(place, ground)
    return now.to === before.to && now.reason === before.reason
  }

  private mark(place: number, { tiering, window, marks }: Ground): TierWish {
    return tiering.wish(this.tiers[place], window.rate(this.heatIndexes[place]), marks)
  }
}

/** Null where nothing stands: a policy in error, or heat that decides and cannot be had. */
function groundOf(view: PolicyView, { heat }: Scene): Ground | null {
  const { spec } = view.policy
  const tiering = tierings[spec.algorithm]
  if (view.poolsInTwoTiers.length > 0 || (tiering.decidesByHeat && !heat.available)) return null
  const window = heat.window(spec.samplingWindowUs)
  const minimumPercent = tiering.decidesByHeat ? spec.minimumCoveragePercent : null
  return { tiering, marks: view.marks, window, minimumPercent }
}

/** What coding saves hangs on other volumes too. */
function mayChangeForm(view: VolumeView, { policy }: PolicyView, wish: Wish): boolean {
  if (wish.kind === 'move' && wish.to === view.tier) return true
  return view.tier === 'cold' && policy.coding !== null && !isCoded(view)
}

/** A block other than cooling, a pin and a lower bound rest on more than is looked at here. */
function mayStand(wish: Wish): boolean {
  if (wish.kind === 'blocked') return wish.reason === 'cooling'
  return !['pinned', 'pinned-elsewhere', 'lower-bound'].includes(wish.reason)
}
