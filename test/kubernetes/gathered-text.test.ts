import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatheredText } from '../../src/kubernetes/gathered-text.js'
import { GatheredTogether } from '../../src/kubernetes/gathered-together.js'

const textOf = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('utf8')

describe('a gathered text', () => {
  it('is that of its parts, each time anew, wherever they end and whatever is in them', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map(part => Buffer.from(part)),
      fc.string({ unit: 'binary', maxLength: 40 }).map(text => Buffer.from(text, 'utf8')),
    )
    const cut = fc
      .tuple(bytes, fc.nat(40))
      .map(([part, at]) => [part.subarray(0, at), part.subarray(at)])
    const bodies = fc.array(fc.array(cut).map(parts => parts.flat()))
    const property = fc.property(bodies, all => {
      const gathered = new GatheredText()
      for (const body of all) {
        for (const part of body) gathered.add(part)
        expect(gathered.bytes).toBe(Buffer.concat(body).length)
        expect(gathered.take()).toBe(textOf(body))
        expect(gathered.bytes).toBe(0)
      }
    })
    fc.assert(property)
  })

  it('is the same where it is longer than a block, and a block ends within a character', () => {
    const body = Buffer.from('a€🙂'.repeat(400_000), 'utf8')
    for (const size of [65_536, 1_000_003]) {
      const gathered = new GatheredText()
      const parts: Buffer[] = []
      for (let at = 0; at < body.length; at += size) parts.push(body.subarray(at, at + size))
      for (const part of parts) gathered.add(part)
      expect(gathered.take() === textOf(parts)).toBe(true)
    }
  })

  it('keeps nothing of the parts themselves', () => {
    const gathered = new GatheredText()
    const part = Buffer.from('a')
    gathered.add(part)
    part.write('b')
    expect(gathered.take()).toBe('a')
  })
})

const sizes = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: -1, max: 60 })), { maxLength: 60 })

describe('texts that are gathered at the same time', () => {
  it('never have more than they may together, and the largest is given up for the others', () => {
    const mostBytes = 100
    const property = fc.property(sizes, steps => {
      const together = new GatheredTogether(mostBytes)
      const all = Array.from({ length: 5 }, () => new GatheredText(together))
      for (const [at, size] of steps) {
        const one = all[at]
        if (one === undefined) continue
        const before = all.map(other => (other.isGivenUp ? -1 : other.bytes))
        // Less than nothing: it comes to its end.
        if (size < 0) one.drop()
        else one.add(Buffer.alloc(size))
        const sum = before.reduce((bytes, own) => bytes + Math.max(own, 0), 0)
        const isTooMuch = size > 0 && !(before[at] === -1) && sum + size > mostBytes
        const lost = all.filter((other, nth) => other.isGivenUp && before[nth] !== -1)
        expect(lost.length).toBe(isTooMuch ? 1 : 0)
        const largest = Math.max(...before.map((own, nth) => own + (nth === at ? size : 0)))
        if (isTooMuch) {
          const [nth = 0] = lost.map(other => all.indexOf(other))
          expect((before[nth] ?? 0) + (nth === at ? size : 0)).toBe(largest)
        }
        expect(all.reduce((bytes, { bytes: own }) => bytes + own, 0)).toBeLessThanOrEqual(mostBytes)
      }
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('are not counted once they are taken, or dropped', () => {
    const together = new GatheredTogether(100)
    for (let times = 0; times < 5; times++) {
      const [taken, dropped] = [new GatheredText(together), new GatheredText(together)]
      taken.add(Buffer.alloc(50))
      dropped.add(Buffer.alloc(50))
      taken.take()
      dropped.drop()
      expect([taken.isGivenUp, dropped.isGivenUp]).toEqual([false, false])
    }
  })
})
