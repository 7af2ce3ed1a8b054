import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonTokens, type Token } from '../../../traces/formats/json-tokens.js'
import { JsonWalk, type PathPart } from '../../../traces/formats/json-walk.js'

/** What the walk says of a document that comes in chunks of a length. */
function leavesOf(text: string, chunkBytes: number): string[] {
  const leaves: string[] = []
  const bytes = Buffer.from(text)
  const tokens = new JsonTokens()
  const walk = new JsonWalk({
    value: (path, token) => leaves.push(JSON.stringify([path, textOrValue(token)])),
    leave: () => {},
    done: () => leaves.push('done'),
  })
  const take = (token: Token, byte: number): void => walk.take(token, byte)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    tokens.push(bytes.subarray(at, at + chunkBytes), take)
  }
  expect(tokens.end(take)).toBe(true)
  return leaves
}

function textOrValue(token: Token): unknown {
  return token.kind === 'string' ? token.text : JSON.parse(token.text)
}

function expectedLeaves(value: unknown, path: readonly PathPart[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify([path, value])]
  const entries = Array.isArray(value)
    ? value.map((inner, index) => [index, inner] as const)
    : Object.entries(value)
  return entries.flatMap(([key, inner]) => expectedLeaves(inner, [...path, key]))
}

describe('JSON in pieces', () => {
  it('has the same values at the same paths as JSON.parse, whatever the chunks', () => {
    const document = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 9 }), (value, chunkBytes) => {
        const text = JSON.stringify(value, null, chunkBytes % 3)
        // JSON.parse reorders keys that are numbers; what it answers is what is compared.
        const wanted = [...expectedLeaves(JSON.parse(text)), 'done'].sort()
        expect(leavesOf(text, chunkBytes).sort()).toEqual(wanted)
        expect(leavesOf(`${text} ${text}`, chunkBytes)).toHaveLength(2 * wanted.length)
      }),
    )
  })

  it('refuses what JSON.parse refuses', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', '-2.5e3', 'null', 'x')
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 8 }), words => {
        const text = `[${words.join(' ')}]`
        const parses = (read: () => unknown): boolean => {
          try {
            read()
            return true
          } catch {
            return false
          }
        }
        // Several documents in a row are taken, which JSON.parse does not.
        if (parses(() => JSON.parse(text))) expect(parses(() => leavesOf(text, 3))).toBe(true)
        else if (!/\][^\]]*\[/.test(text)) expect(parses(() => whole(text))).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

function whole(text: string): void {
  const tokens = new JsonTokens()
  const walk = new JsonWalk({ value: () => {}, leave: () => {}, done: () => {} })
  const take = (token: Token, byte: number): void => walk.take(token, byte)
  tokens.push(Buffer.from(text), take)
  if (!tokens.end(take) || !walk.isBetweenDocuments) throw new Error('it breaks off')
}
