/** Wishes that stand from round to round: the short way, and each thing that ends it. */
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide, type RoundInput } from '../../src/core/decide.js'
import { neverMoved } from '../../src/core/past.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { StandingWishes } from '../../src/core/standing-wishes.js'
import { blockedBy, moveTo, stay, type Wish } from '../../src/core/verdict.js'
import type { Scene, WishContext } from '../../src/core/wish-context.js'
import {
  cluster,
  ended,
  heat,
  hour,
  noon,
  policy,
  pool,
  round,
  running,
  tierSelector,
  volume,
} from './cluster.js'

const hot = pool('hot-0', 'hot')
const cold = pool('cold-0', 'cold')
const db = volume('db', [hot])
const slow = pool('hot-0', 'hot', { iopsLimit: { value: 1, source: 'label' } })

interface Asked {
  readonly spec?: Partial<StoragePolicySpec>
  readonly iops?: number
  readonly pools?: RoundInput['observation']['cluster']['pools']
}

/** One volume that was thought over, what it rests on, and a way to look again. */
function thought({ spec = {}, iops = 3000, pools = [hot, cold] }: Asked, wish: Wish) {
  const policies = [policy(spec)]
  const memory = new DecideMemory()
  const input = round({ cluster: cluster({ pools, volumes: [db] }), policies, memory })
  const landscape = memory.look(input.observation)
  const [view] = landscape.volumes
  const [own] = memory.volumes
  const sceneAt = (figures: number, nowUs = noon, table = heat({ db: figures })): Scene => ({
    nowUs,
    policies,
    heat: table,
    version: { kind: 'unreadable' },
    versionText: '2.10.0',
    preservationMode: false,
    journals: null,
    codedFormMounts: false,
    loads: memory.loadsOf(landscape, table),
  })
  const standing = new StandingWishes(1)
  const context: WishContext = {
    scene: sceneAt(iops),
    view,
    policy: landscape.views[0],
    memory: own,
    past: neverMoved,
  }
  standing.begin(context.scene, landscape.views)
  const note = (): void => standing.note(context, wish, 0)
  note()
  const look = (scene: Scene, seen = view): Wish | null => {
    standing.begin(scene, landscape.views)
    return standing.at(0, seen)?.wish ?? null
  }
  return { standing, look, note, sceneAt, view, own }
}

describe('a wish that stands', () => {
  const staying = stay('hot-above-warm')

  it('is the one that was noted, while heat says the same', () => {
    const { standing, look, sceneAt, view } = thought({}, staying)
    for (const iops of [2000, 3000, 9000]) {
      expect(look(sceneAt(iops))).toBe(staying)
      expect(standing.stays(0, view)).toBe(true)
      expect(standing.at(0, view)?.past).toBe(neverMoved)
    }
    for (const iops of [0, 1999]) {
      expect(look(sceneAt(iops))).toBeNull()
      expect(standing.stays(0, view)).toBe(false)
    }
  })

  it('is to stay only where the algorithm leaves the volume where it is', () => {
    const down = thought({ iops: 0 }, moveTo('cold', 'at-or-below-low'))
    expect(down.look(down.sceneAt(0))).toEqual(moveTo('cold', 'at-or-below-low'))
    expect(down.standing.stays(0, down.view)).toBe(false)
  })

  it('ends with another view, when it is forgotten, and before one was noted', () => {
    const { standing, look, sceneAt, view } = thought({}, staying)
    expect(look(sceneAt(3000), { ...view })).toBeNull()
    expect(standing.stays(0, { ...view })).toBe(false)
    standing.forget(0)
    expect(look(sceneAt(3000))).toBeNull()
    expect(new StandingWishes(1).at(0, view)).toBeNull()
  })

  it('ends with another version of Mayastor and with preservation mode, once', () => {
    for (const other of [{ versionText: '2.11.0' }, { preservationMode: true }]) {
      const { look, note, sceneAt } = thought({}, staying)
      const scene = { ...sceneAt(3000), ...other }
      expect(look(scene)).toBeNull()
      note()
      expect(look(scene)).toBe(staying)
    }
  })

  it('ends on heat that is not known, where heat decides', () => {
    const blind = heat({ db: 3000 })
    blind.available = false
    const scarce = heat({ db: 3000 }, noon, 0.5)
    for (const [spec, wish, found] of [
      [{}, staying, null],
      [{ algorithm: 'Frozen' }, stay('baseline-stay'), stay('baseline-stay')],
    ] as const) {
      const { look, sceneAt } = thought({ spec }, wish)
      expect(look(sceneAt(3000, noon, blind))).toEqual(found)
      expect(look(sceneAt(3000, noon, scarce))).toEqual(found)
    }
  })

  it('to go down ends on a pool that serves all it can; to stay or go up does not', () => {
    const full = [slow, cold]
    const down = thought({ iops: 0.5, pools: full }, moveTo('cold', 'at-or-below-low'))
    expect(down.look(down.sceneAt(0.5))).not.toBeNull()
    expect(down.look(down.sceneAt(1))).toBeNull()
    const still = thought({ pools: full }, staying)
    expect(still.look(still.sceneAt(3000))).toBe(staying)
  })

  it('that cools ends when the cooling is over, by how far down', () => {
    for (const to of ['cold', 'warm'] as const) {
      const spec = { coolingPeriodUs: hour }
      const iops = to === 'cold' ? 0 : 1999
      const { look, note, sceneAt, own } = thought({ spec, iops }, blockedBy('cooling', to))
      expect(look(sceneAt(iops))).toBeNull()
      own.downSinceUs = noon - (to === 'cold' ? 2 : 1)
      own.coldSinceUs = to === 'cold' ? noon - 1 : null
      note()
      expect(look(sceneAt(iops, noon - 1 + hour - 1))).toEqual(blockedBy('cooling', to))
      expect(look(sceneAt(iops, noon - 1 + hour))).toBeNull()
    }
  })

  it('is none that rests on more', () => {
    const { look, sceneAt } = thought({}, staying)
    expect(look(sceneAt(3000))).not.toBeNull()
    for (const wish of [
      stay('pinned'),
      stay('lower-bound'),
      moveTo('cold', 'pinned-elsewhere'),
      blockedBy('cooldown', 'cold'),
      blockedBy('unpublished', null),
    ]) {
      const other = thought({}, wish)
      expect(other.look(other.sceneAt(3000))).toBeNull()
    }
    const warm = { warmPoolSelector: tierSelector('hot') }
    const both = thought({ spec: warm }, staying)
    expect(both.look(both.sceneAt(3000))).toBeNull()
  })

  it('is none of a volume that is mixed or outside', () => {
    for (const pools of [[hot, cold], [pool('none', null)]]) {
      const seen = cluster({ pools, volumes: [volume('db', pools)] })
      const memory = new DecideMemory()
      const at = (): RoundInput => round({ cluster: seen, memory, heat: heat({ db: 3000 }) })
      const { landscape } = decide(at())
      memory.standing.begin(
        { ...thought({}, staying).sceneAt(3000), policies: landscape.policies },
        landscape.views,
      )
      expect(memory.standing.at(0, landscape.volumes[0])).toBeNull()
    }
  })
})

describe('the journal', () => {
  it('ends the wish of a volume whose records are others, and of no other volume', () => {
    const others = [db, volume('log', [hot])]
    const memory = new DecideMemory()
    const seen = cluster({ pools: [hot, cold], volumes: others })
    const table = heat({ db: 3000, log: 3000 })
    const asked = { cluster: seen, policies: [policy()], memory, heat: table }
    const { landscape } = decide(round(asked))
    const stands = () => landscape.volumes.map((view, at) => memory.standing.at(at, view) !== null)
    expect(stands()).toEqual([true, true])
    memory.read([ended(db, 'cold', 'failed', noon)])
    expect(stands()).toEqual([false, true])
    decide(round({ ...asked, records: [running(others[1], 'cold')] }))
    expect(stands()).toEqual([true, false])
  })
})
