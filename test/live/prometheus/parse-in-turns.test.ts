import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInTurns } from '../../../src/live/prometheus/parse-in-turns.js'
import { growing, seriesOf, success } from './answers.js'

/** Texts that look like what the pieces are cut at. */
const word = fc.oneof(
  fc.string(),
  fc.constantFrom('"result":[', ']},{"metric":{', ']]}]', '{"metric":{', '\\', 'metric', 'null'),
)
const point = fc.tuple(fc.integer(), word)
const values = fc.array(point, { minLength: 1, maxLength: 4 })
const series = fc.record({ metric: fc.dictionary(word, word), values })
const anySeries = fc.oneof(series, fc.record({ metric: fc.dictionary(word, word) }), fc.jsonValue())

const envelope = fc.record({
  before: fc.dictionary(word, fc.jsonValue()),
  result: fc.array(fc.oneof({ weight: 5, arbitrary: series }, anySeries), { maxLength: 6 }),
  after: fc.dictionary(word, fc.jsonValue()),
})

const documentText = fc
  .tuple(envelope, fc.constantFrom(undefined, 1))
  .map(([{ before, result, after }, indent]) =>
    JSON.stringify({ ...before, data: { resultType: 'matrix', result }, ...after }, null, indent),
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return 'broken'
  }
}

describe('a long answer', () => {
  it('is parsed as it is as a whole, or not at all, wherever it is cut off', async () => {
    const cutAt = fc.option(fc.nat(), { freq: 3 })
    const property = fc.asyncProperty(documentText, fc.nat(80), cutAt, async (all, piece, at) => {
      const text = at === null ? all : all.slice(0, at % (all.length + 1))
      const found = await parseInTurns(text, piece)
      if (found !== null) expect(found.document).toEqual(parsed(text))
    })
    await fc.assert(property, { numRuns: 2000 })
  })

  it('is parsed in turns where it is as servers write it', async () => {
    const answer = fc.array(series, { minLength: 1, maxLength: 6 })
    const property = fc.asyncProperty(answer, fc.nat(80), async (result, piece) => {
      const document = { status: 'success', data: { resultType: 'matrix', result } }
      const found = await parseInTurns(JSON.stringify(document), piece)
      const isMisled = JSON.stringify(result).split(']]}]').length > 2
      if (!isMisled) expect(found).toEqual({ document })
    })
    await fc.assert(property, { numRuns: 500 })
  })

  it.each([
    [
      'two lists of series',
      `{"o":{"result":[{"metric":{},"values":[[1,"2"]]}]},"data":{"result":[]}}`,
    ],
    ['spaces', JSON.stringify(success([seriesOf('a', 'read', growing(3, 30, 1))]), null, 1)],
    ['no series', JSON.stringify(success([]))],
    ['no JSON', '{"data":{"result":[{"metric":{"a":1}x,"values":[[1,"2"]]}]}}'],
  ])('of %s is left alone', async (_, text) => {
    expect(await parseInTurns(text)).toBeNull()
  })

  it('lets others have their turn between', async () => {
    const result = Array.from({ length: 40 }, (_, volume) =>
      seriesOf(`${volume}`, 'read', growing(20, 30, 1)),
    )
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns += 1
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    const text = JSON.stringify(success(result))
    const found = await parseInTurns(text, Math.ceil(text.length / 10))
    isOver = true
    expect(found).toEqual({ document: success(result) })
    expect(turns).toBeGreaterThanOrEqual(8)
  })
})
