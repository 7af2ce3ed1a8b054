import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idsFrom, spanTime } from '../../../src/live/tracing/span-source.js'
import { inUs, spansInMemory } from './spans-in-memory.js'

describe('ids', () => {
  const word = fc.string({ minLength: 1 }).filter(one => !one.includes('\n'))

  it('are the same for the same words, and others for others', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(word, { minLength: 1 }), (a, b) => {
        const [one, again, other] = [idsFrom(...a), idsFrom(...a), idsFrom(...b)]
        expect(one).toEqual(again)
        expect(one.traceId).toMatch(/^[0-9a-f]{32}$/)
        expect(one.spanId).toMatch(/^[0-9a-f]{16}$/)
        const isSame = a.length === b.length && a.every((own, place) => own === b[place])
        expect(one.traceId === other.traceId).toBe(isSame)
        expect(one.spanId === other.spanId).toBe(isSame)
      }),
    )
  })

  it('are on every machine what they are here: a trace goes on over versions', () => {
    expect(idsFrom('migration', 'vol-1', '1767571200000000')).toEqual({
      traceId: '4834a43f5834efa54b4bf90dbdc95e41',
      spanId: 'a39e0c7eb989618e',
    })
  })

  it('that are given are those of the one span that is begun with them', async () => {
    const { source, ended } = spansInMemory()
    const ids = idsFrom('a')
    const start = () => source.tracer.startSpan('x', { root: true })
    source.withIds(ids, start).end()
    start().end()
    expect(() =>
      source.withIds(ids, () => {
        throw new Error('no span')
      }),
    ).toThrow('no span')
    start().end()
    const [first, ...others] = (await ended()).map(span => span.spanContext())
    expect(first).toMatchObject(ids)
    for (const other of others) {
      expect(other.traceId).not.toBe(ids.traceId)
      expect(other.spanId).not.toBe(ids.spanId)
    }
  })
})

describe('an instant of a span', () => {
  it('is to the microsecond what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), atUs => {
        const [, nanoseconds] = spanTime(atUs)
        expect(nanoseconds).toBeLessThan(1_000_000_000)
        expect(inUs(spanTime(atUs))).toBe(atUs)
      }),
    )
  })
})
