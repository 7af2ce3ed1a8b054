/** What volumes that are coded, or could be, wish for. */
import { describe, expect, it } from 'vitest'
import { rawBytes } from '../../src/core/coded-form.js'
import { decide, type RoundInput } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import type { Volume } from '../../src/core/model.js'
import type { PolicyObject, StoragePolicySpec } from '../../src/core/resources.js'
import { coding } from '../sim/cold-world.js'
import {
  claim,
  cluster,
  ended,
  GiB,
  heat,
  hour,
  noon,
  policy,
  pool,
  round,
  volume,
} from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const warm = [0, 1, 2].map(at => pool(`warm-${at}`, 'warm'))
const pools = [...hot, ...warm, ...cold]

function gold(spec: Partial<StoragePolicySpec> = {}, named = true): PolicyObject {
  const journalConfig = { journalSizeBytes: 1, replicationFactor: 1 }
  const own = { ecPolicyRef: named ? 'coding' : null, ...spec }
  return policy(own, 'gold', { coding: named ? coding({ journalConfig }) : null })
}

interface Asked {
  readonly iops?: number
  readonly policy?: PolicyObject
  readonly settings?: Partial<RoundInput['settings']>
  readonly records?: RoundInput['records']
}

function said(of: Volume, asked: Asked = {}) {
  const { iops = 10, policy: own = gold(), settings, records = [] } = asked
  const output = decide(
    round({
      cluster: cluster({ pools, volumes: [of] }),
      policies: [own],
      heat: heat({ [of.id]: iops }),
      settings: { codedFormMounts: true, ...settings },
      records,
    }),
  )
  expect(output.decisions).toHaveLength(1)
  return { decision: output.decisions[0], starts: output.starts }
}

const v = volume('v', cold.slice(0, 3))
const served = codedVolume('v', codedForm(reedSolomon(4, 2), cold.slice(0, 6)))
const codedBytes = rawBytes(reedSolomon(4, 2), 10 * GiB) + 1

describe('a cold volume', () => {
  it('wishes to be coded, and says what that takes', () => {
    const { decision, starts } = said(v)
    expect(decision).toMatchObject({ verdict: 'move', to: 'cold', reason: 'code-cold' })
    expect(decision.numbers).toMatchObject({ codedBytes, replicaBytes: 30 * GiB })
    const pools = cold.slice(0, 6).map(one => one.id)
    const plan = { kind: 'code', coding: reedSolomon(4, 2), pools }
    expect(starts).toMatchObject([{ reason: 'code-cold', toTier: 'cold', plan, accepted: pools }])
  })

  it('only reports it where nothing mounts the coded form', () => {
    const { decision, starts } = said(v, { settings: { codedFormMounts: false } })
    expect(decision).toMatchObject({ verdict: 'blocked', reason: 'coded-form-not-mountable' })
    expect(decision.numbers).toMatchObject({ freedBytes: 30 * GiB - codedBytes })
    expect(starts).toEqual([])
  })

  it.each<[string, Volume, Asked, Partial<Decision>]>([
    ['is held', { ...v, claim: claim({ hold: true }) }, {}, { reason: 'held' }],
    ['has snapshots', { ...v, snapshots: 1 }, {}, { reason: 'snapshots' }],
    [
      'cools down',
      v,
      { records: [ended(v, 'cold', 'completed', noon - hour)] },
      { reason: 'cooldown' },
    ],
    [
      'is pinned',
      { ...v, claim: claim({ pin: 'cold' }) },
      {},
      { reason: 'pinned', verdict: 'stay' },
    ],
    ['goes up', v, { iops: 6000 }, { reason: 'at-or-above-high', to: 'hot' }],
    [
      'is in preservation mode',
      v,
      { settings: { preservationMode: true } },
      { reason: 'cold-below-warm', verdict: 'stay' },
    ],
    [
      'gains nothing',
      volume('v', cold.slice(0, 1)),
      {},
      { reason: 'cold-below-warm', verdict: 'stay' },
    ],
    ['has no policy with a code', v, { policy: gold({}, false) }, { reason: 'cold-below-warm' }],
  ])('does not where it %s', (_, of, asked, expected) => {
    expect(said(of, asked).decision).toMatchObject(expected)
  })

  it('needs no version that steers', () => {
    const world = cluster({ pools, volumes: [v], version: '2.8.0' })
    const input = round({
      cluster: world,
      policies: [gold()],
      heat: heat({ v: 10 }),
      settings: { codedFormMounts: true },
    })
    expect(decide(input).decisions[0]).toMatchObject({ reason: 'code-cold', verdict: 'move' })
  })

  it('is coded under a baseline that leaves it on the cold tier too', () => {
    const { decision } = said(v, { policy: gold({ algorithm: 'AllCold' }) })
    expect(decision).toMatchObject({ verdict: 'move', reason: 'code-cold' })
  })
})

describe('a hot volume', () => {
  it('that stays is not coded', () => {
    const { decision } = said(volume('v', hot), { iops: 9000 })
    expect(decision).toMatchObject({ verdict: 'stay', reason: 'hot-above-warm' })
  })
})

describe('a coded volume', () => {
  it('stays while its use is what it was', () => {
    const { decision } = said(served)
    expect(decision).toMatchObject({ verdict: 'stay', from: 'cold', reason: 'cold-below-warm' })
  })

  it('gets replicas where its use deserves more', () => {
    const { decision, starts } = said(served, { iops: 6000 })
    expect(decision).toMatchObject({ verdict: 'move', to: 'hot', reason: 'at-or-above-high' })
    const plan = { kind: 'restore', pools: hot.map(one => one.id) }
    expect(starts).toMatchObject([{ toTier: 'hot', plan }])
  })

  it('and where a pin says so', () => {
    const { starts } = said({ ...served, claim: claim({ pin: 'warm' }) })
    const plan = { kind: 'restore', pools: warm.map(one => one.id) }
    expect(starts).toMatchObject([{ toTier: 'warm', reason: 'pinned-elsewhere', plan }])
    const stays = said({ ...served, claim: claim({ pin: 'cold' }) })
    expect(stays.decision).toMatchObject({ verdict: 'stay', reason: 'pinned' })
  })

  it('and on the cold tier where its policy names no code any more', () => {
    const { decision, starts } = said(served, { policy: gold({}, false) })
    expect(decision).toMatchObject({ verdict: 'move', to: 'cold', reason: 'coding-withdrawn' })
    expect(starts).toMatchObject([{ toTier: 'cold', plan: { kind: 'restore' } }])
  })

  it('not within the cooldown', () => {
    const records = [ended(served, 'cold', 'completed', noon - hour)]
    const { decision } = said(served, { policy: gold({}, false), records })
    expect(decision).toMatchObject({ verdict: 'blocked', reason: 'cooldown' })
  })

  it('stays coded while its policy names a code that is not there', () => {
    const { decision } = said(served, { policy: { ...gold(), coding: null } })
    expect(decision).toMatchObject({ verdict: 'stay', reason: 'cold-below-warm' })
  })
})
