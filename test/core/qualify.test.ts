/** Which volumes are worth coding, and what of the journal is counted to them. */
import { describe, expect, it } from 'vitest'
import { rawBytes } from '../../src/core/coded-form.js'
import { survey } from '../../src/core/landscape.js'
import type { Volume } from '../../src/core/model.js'
import { codingOf, type Gain, isCoded, JournalShares } from '../../src/core/qualify.js'
import type { PolicyObject, StoragePolicySpec } from '../../src/core/resources.js'
import { coding } from '../sim/cold-world.js'
import { cluster, GiB, policy, pool, replica, volume } from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const pools = [...hot, ...cold]

function gold(journal: number, spec: Partial<StoragePolicySpec> = {}, name = 'gold'): PolicyObject {
  const journalConfig = { journalSizeBytes: journal, replicationFactor: 2 }
  return policy({ ecPolicyRef: 'coding', ...spec }, name, { coding: coding({ journalConfig }) })
}

/** What the first of the volumes gains. */
function gain(volumes: readonly Volume[], policies: readonly PolicyObject[]): Gain | null {
  const landscape = survey(cluster({ pools, volumes }), policies, null)
  const shares = new JournalShares(landscape)
  const [view] = landscape.volumes
  const first = shares.gainOf(view, landscape.views[0])
  // It is the same when it is asked again.
  expect(shares.gainOf(view, landscape.views[0])).toEqual(first)
  return first
}

const v = volume('v', cold.slice(0, 3))
const raw = rawBytes(reedSolomon(4, 2), 10 * GiB)

describe('the code of a policy', () => {
  const of = (one: PolicyObject): ReturnType<typeof codingOf> =>
    codingOf(survey(cluster({ pools }), [one], null).views[0])

  it('is that of the ErasureCodingPolicy that it names', () => {
    expect(of(gold(GiB))).toEqual(reedSolomon(4, 2))
  })

  it('there is none without one, or from one that is invalid', () => {
    expect(of(policy())).toBeNull()
    const invalid = { ...coding(), invalid: ['It has no shape.'] }
    expect(of(policy({}, 'gold', { coding: invalid }))).toBeNull()
    expect(gain([v], [policy()])).toBeNull()
  })
})

describe('a cold volume', () => {
  it('alone bears the whole journal, every copy of it', () => {
    expect(gain([v], [gold(GiB)])).toEqual({
      coding: reedSolomon(4, 2),
      replicaBytes: 30 * GiB,
      codedBytes: raw + 2 * GiB,
    })
  })

  it('with others bears its share, by size', () => {
    const larger = volume('w', cold.slice(0, 3), {
      sizeBytes: 30 * GiB,
      replicas: cold
        .slice(0, 3)
        .map((one, at) => replica(`w${at}`, one, { allocatedBytes: 30 * GiB })),
    })
    expect(gain([v, larger], [gold(GiB)])?.codedBytes).toBe(raw + GiB / 2)
  })

  it('shares it with coded ones', () => {
    const other = codedVolume('w', codedForm(reedSolomon(4, 2), cold.slice(0, 6)))
    expect(gain([v, other], [gold(GiB)])?.codedBytes).toBe(raw + GiB)
  })

  it.each<[string, Volume]>([
    ['not cold', volume('w', hot)],
    ['not worth coding', volume('w', cold.slice(0, 1))],
    ['smaller than the policy codes', volume('w', cold.slice(0, 3), { sizeBytes: 9 * GiB })],
    ['of no policy', volume('w', cold.slice(0, 3), { storageClass: 'other' })],
  ])('but not with one that is %s', (_, other) => {
    expect(gain([v, other], [gold(GiB)])?.codedBytes).toBe(raw + 2 * GiB)
  })

  it('nor with one of another journal', () => {
    const silver = policy({ ecPolicyRef: 'other', storageClassName: 'silver' }, 'silver', {
      coding: { ...coding(), name: 'other' },
    })
    const other = volume('w', cold.slice(0, 3), { storageClass: 'silver' })
    expect(gain([v, other], [gold(GiB), silver])?.codedBytes).toBe(raw + 2 * GiB)
    const plain = policy({ storageClassName: 'silver' }, 'plain')
    expect(gain([v, other], [gold(GiB), plain])?.codedBytes).toBe(raw + 2 * GiB)
  })

  it('needs no more than four fifths of its replicas, the share counted', () => {
    const mostBytes = 24 * GiB
    const fits = Math.floor((mostBytes - raw) / 2)
    expect(gain([v], [gold(fits)])?.codedBytes).toBe(mostBytes - ((mostBytes - raw) % 2))
    expect(gain([v], [gold(fits + 1)])).toBeNull()
  })

  it.each<[string, Volume, Partial<StoragePolicySpec>]>([
    ['is on the hot tier', volume('v', hot), {}],
    ['is smaller than the policy codes', v, { ecMinVolumeSizeBytes: 10 * GiB + 1 }],
    ['is coded already', codedVolume('v', codedForm(reedSolomon(4, 2), cold.slice(0, 6))), {}],
    [
      'is thin, and holds next to nothing',
      volume('v', cold.slice(0, 3), {
        thin: true,
        replicas: cold
          .slice(0, 3)
          .map((one, at) => replica(`r${at}`, one, { allocatedBytes: GiB })),
      }),
      {},
    ],
  ])('gains nothing where it %s', (_, of, spec) => {
    expect(gain([of], [gold(1, spec)])).toBeNull()
  })

  it('is coded from the least size on', () => {
    expect(gain([v], [gold(1, { ecMinVolumeSizeBytes: 10 * GiB })])).not.toBeNull()
  })
})

it('a volume is coded when its coded form serves', () => {
  const views = (of: Volume) => survey(cluster({ pools, volumes: [of] }), [gold(1)], null).volumes
  const form = codedForm(reedSolomon(4, 2), cold.slice(0, 6))
  expect(isCoded(views(codedVolume('v', form))[0])).toBe(true)
  expect(isCoded(views({ ...v, coded: { ...form, serves: false } })[0])).toBe(false)
  expect(isCoded(views(v)[0])).toBe(false)
})
