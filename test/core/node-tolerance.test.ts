/** Lost nodes that a volume survives, and a conversion that a repair has made weaker. */
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../src/core/model.js'
import {
  countByNode,
  survivedByReplicas,
  survivedByShards,
  weakens,
} from '../../src/core/node-tolerance.js'
import { pool, volume } from './cluster.js'
import { codedForm, cold, reedSolomon } from './coded.js'
import { beside, type Converting, each, form, goldWithCode } from './conversion-scene.js'

const { code } = reedSolomon(3, 2)
const on = (...names: readonly string[]) => names.map(nodeId)

describe('lost nodes', () => {
  it('of replicas are all but one of those that they are on', () => {
    expect(survivedByReplicas(volume('v', cold.slice(0, 3)))).toBe(2)
    const same = pool('other', 'cold', { node: cold[0].node })
    expect(survivedByReplicas(volume('v', [cold[0], same]))).toBe(0)
  })

  it('of shards are as many as their code can lose with all that is on them', () => {
    expect(survivedByShards(code, on('a', 'b', 'c', 'd', 'e'))).toBe(2)
    expect(survivedByShards(code, on('a', 'a', 'b', 'c', 'd'))).toBe(1)
    expect(countByNode(on('a', 'a', 'b')).get(nodeId('a'))).toBe(2)
  })
})

describe('a coded form is weaker', () => {
  const same = pool('same', 'cold', { node: cold[0].node })
  const pools = new Map([...cold, same].map(one => [one.id, one]))
  const v = volume('v', cold.slice(5, 8))
  const apart = codedForm(reedSolomon(3, 2), cold.slice(0, 5))
  const close = codedForm(reedSolomon(3, 2), [...cold.slice(0, 4), same])

  it('than its replicas where it survives fewer lost nodes', () => {
    expect(weakens({ ...v, coded: apart }, pools)).toBe(false)
    expect(weakens({ ...v, coded: close }, pools)).toBe(true)
    expect(weakens({ ...volume('v', cold.slice(5, 7)), coded: close }, pools)).toBe(false)
  })

  it('not without a place', () => {
    expect(weakens(v, pools)).toBe(false)
    expect(weakens({ ...v, coded: { ...apart, pools: [] } }, pools)).toBe(false)
  })

  it('on pools that nobody knows, which may be of one node', () => {
    expect(weakens({ ...v, coded: apart }, new Map())).toBe(true)
  })
})

describe('a conversion that a repair made weaker', () => {
  const weaker = { pools: [...form.pools.slice(0, 4), beside.id] }
  const half = { ...weaker, encodedStripes: 5, readBackStripes: 0 }
  const allowing = { ...goldWithCode.spec, allowWeakerNodeTolerance: true }
  const encoding: Converting = { conversion: { step: 'encoding' }, coded: half }
  const undone = 'rolling-back to dropping-coded, for coding-weakens'
  each([
    ['is undone', encoding, undone],
    [
      'even right before it serves',
      { conversion: { step: 'serving-coded' }, coded: weaker },
      undone,
    ],
    [
      'unless the policy allows it',
      { ...encoding, policy: { ...goldWithCode, spec: allowing } },
      'encode',
    ],
    [
      'or there is none',
      { ...encoding, spec: { requestedBy: 'person' }, view: { policy: null } },
      'encode',
    ],
    [
      'once it serves there is no other way',
      { conversion: { step: 'releasing' }, coded: { ...weaker, serves: true } },
      'release-source',
    ],
  ])
})
