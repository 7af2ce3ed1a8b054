import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventOf, Lines } from '../../src/kubernetes/watch-lines.js'

const line = fc.string({ unit: 'binary' }).filter(text => !/[\n\ud800-\udfff]/u.test(text))

describe('lines', () => {
  it('are the same wherever the chunks end, within a character too', () => {
    const property = fc.property(
      fc.array(line, { maxLength: 8 }),
      line,
      fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
      (whole, rest, sizes) => {
        const bytes = Buffer.from([...whole, rest].join('\n'), 'utf8')
        const lines = new Lines()
        const heard = chunksOf(bytes, sizes).flatMap(chunk => lines.push(chunk))
        expect(heard).toEqual(whole)
        expect(lines.keptBytes()).toBe(Buffer.byteLength(rest))
      },
    )
    fc.assert(property, { numRuns: 500 })
  })
})

function chunksOf(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = []
  let from = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(from, from + size))
    from += size
  }
  return [...chunks, bytes.subarray(from)]
}

const thing = { metadata: { name: 'a', resourceVersion: '7' }, spec: { x: 1 } }

describe('an event', () => {
  it.each(['ADDED', 'MODIFIED', 'DELETED'])('that says %s brings its object', type => {
    expect(eventOf(JSON.stringify({ type, object: thing }))).toEqual({ type, object: thing })
  })

  it('is told without who manages which field', () => {
    const metadata = { ...thing.metadata, managedFields: [{ manager: 'x' }] }
    const event = eventOf(JSON.stringify({ type: 'ADDED', object: { ...thing, metadata } }))
    expect(event).toEqual({ type: 'ADDED', object: thing })
  })

  it('that is a bookmark brings its version, and needs no name', () => {
    const text = JSON.stringify({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: '9' } },
    })
    expect(eventOf(text)).toEqual({ type: 'BOOKMARK', version: '9' })
  })

  it('that is an error brings its status', () => {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }
    const event = eventOf(JSON.stringify({ type: 'ERROR', object }))
    expect(event).toEqual({ type: 'ERROR', status: 410, message: 'too old' })
  })

  it.each([
    '',
    'x',
    'null',
    '[]',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{}}}',
    '{"type":"ADDED","object":{"metadata":{"name":5}}}',
    '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":""}}}',
    '{"type":"BOOKMARK","object":{"metadata":{"name":"a"}}}',
    '{"type":"ERROR","object":{"message":"x"}}',
    '{"type":"OTHER","object":{"metadata":{"name":"a"}}}',
    '{"type":"ADDED","object":{"metadata":{"name":"a"}}',
  ])('is not what %s says', text => {
    expect(eventOf(text)).toBeNull()
  })
})
