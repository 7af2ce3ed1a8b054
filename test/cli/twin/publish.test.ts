import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PublishedVolume, publish } from '../../../src/cli/twin/publish.js'
import type { Answer, KubernetesApi, KubernetesObject } from '../../../src/kubernetes/api.js'
import { claim, pool, volume } from '../../core/cluster.js'

const pools = [pool('hot-0', 'hot'), pool('cold-0', 'cold')]

/** Each with a claim in one of three namespaces; the last has none. */
function volumes(count: number): readonly PublishedVolume[] {
  return Array.from({ length: count }, (_, at) => ({
    ...volume(`v${at}`, pools),
    uuid: `uuid-${at}`,
    claim: at === count - 1 ? null : claim({ namespace: `ns-${at % 3}`, name: `claim-${at}` }),
  }))
}

const kinds = [
  'Namespace',
  'StorageClass',
  'DiskPool',
  'PersistentVolumeClaim',
  'PersistentVolumeClaim status',
  'PersistentVolume',
]

interface Said {
  readonly kind: string
  readonly name: string
  /** Null: it begins. */
  readonly end: 'done' | 'refused' | null
}

/** A server that takes each call some turns, and refuses those whose numbers are given. */
function slowServer(turns: readonly number[], refused: readonly number[]) {
  const log: Said[] = []
  let asked = 0
  const apply: KubernetesApi['apply'] = async (_, object, { subresource }) => {
    const number = asked++
    const kind = `${object.kind}${subresource === null ? '' : ' status'}`
    const { name } = object.metadata
    log.push({ kind, name, end: null })
    for (let turn = turns[number % turns.length]; turn > 0; turn--) await nextTurn()
    const end = refused.includes(number) ? 'refused' : 'done'
    log.push({ kind, name, end })
    return end === 'refused' ? refusal : { kind: 'answered', value: object }
  }
  return { api: { apply }, log }
}

const refusal: Answer<KubernetesObject> = {
  ...{ kind: 'refused', status: 403, reason: 'Forbidden', message: 'not you' },
  retryAfterUs: null,
}

const delays = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 7 })

describe('what the twin publishes', () => {
  it('is there kind by kind, each object once, eight calls at once', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 2, max: 30 }), delays, async (n, turns) => {
      const { api, log } = slowServer(turns, [])
      expect(await publish(api, { pools, volumes: volumes(n) })).toBeNull()
      const order = log.map(({ kind }) => kinds.indexOf(kind))
      expect(order).toEqual([...order].sort((one, other) => one - other))
      const begun = log.filter(one => one.end === null)
      const namespaces = new Set(volumes(n).flatMap(one => one.claim?.namespace ?? [])).size + 1
      expect(begun.length).toBe(namespaces + 1 + pools.length + (n - 1) * 2 + n)
      expect(new Set(begun.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(begun.length)
      let underWay = 0
      let most = 0
      for (const { end } of log) {
        underWay += end === null ? 1 : -1
        most = Math.max(most, underWay)
      }
      expect(most).toBe(Math.min(8, n))
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('ends at the first refusal, which it tells', async () => {
    const some = fc.array(fc.nat(40), { minLength: 1, maxLength: 3 })
    const property = fc.asyncProperty(delays, some, async (turns, refused) => {
      const { api, log } = slowServer(turns, refused)
      expect(await publish(api, { pools, volumes: volumes(20) })).toMatch(/^\w+ \S+: not you$/)
      const after = log.slice(log.findIndex(one => one.end === 'refused'))
      expect(after.filter(one => one.end === null)).toEqual([])
      expect(log.filter(one => one.end === null).length).toBe(log.length / 2)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})
