import { describe, expect, it } from 'vitest'
import type { Head } from '../../src/kubernetes/exchange.js'
import { GatheredText } from '../../src/kubernetes/gathered-text.js'
import { GatheredTogether } from '../../src/kubernetes/gathered-together.js'
import { Lines } from '../../src/kubernetes/watch-lines.js'
import { wholeBody } from '../../src/kubernetes/whole-body.js'

const limit = { kind: 'whole', limitUs: 1_000_000 } as const
const largest = 'the largest of answers that are larger together than 100 bytes'

/** `after` happens between the last part and the end. */
function headOf(bytes: number, after: () => void = () => {}): Head {
  async function* body() {
    yield Buffer.alloc(bytes, 'x')
    after()
  }
  return { status: 200, headers: {}, body }
}

describe('an answer beside others', () => {
  it('is given up where it is the largest, also after its last part', async () => {
    const together = new GatheredTogether(100)
    const other = new GatheredText(together)
    const late = await wholeBody(
      headOf(60, () => other.add(Buffer.alloc(50))),
      limit,
      100,
      together,
    )
    const failed = { kind: 'failed', reached: true, isLasting: true, why: `it was ${largest}` }
    expect(late).toEqual(failed)
    expect(await wholeBody(headOf(60), limit, 100, together)).toEqual(failed)
    expect(other.isGivenUp).toBe(false)
    expect(await wholeBody(headOf(40), limit, 100, together)).toMatchObject({ kind: 'whole' })
  })

  it('counts no longer once it has ended, well or not', async () => {
    const together = new GatheredTogether(100)
    for (const most of [100, 70, 100, 70]) await wholeBody(headOf(80), limit, most, together)
    expect(await wholeBody(headOf(100), limit, 100, together)).toMatchObject({ kind: 'whole' })
  })
})

describe('a watch beside others', () => {
  it('is given up with the line that it was within, and says so', () => {
    const together = new GatheredTogether(100)
    const [watch, other] = [new Lines(together), new GatheredText(together)]
    watch.push(Buffer.alloc(60, 'x'))
    expect(watch.tooMuch(100)).toBeNull()
    other.add(Buffer.alloc(50))
    expect(watch.tooMuch(100)).toBe(`an event was ${largest}`)
    watch.end()
    other.add(Buffer.alloc(50))
    expect(other.isGivenUp).toBe(false)
  })
})
