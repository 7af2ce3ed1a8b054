/** `--set PATH=VALUE`: one value changes, and the document that it was made from does not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withSetting } from '../../src/cli/scenario/set-path.js'
import { isObject } from '../../src/core/field.js'

const key = fc.constantFrom('a', 'b', 'c')
const tree = fc.letrec<{ node: unknown; object: Record<string, unknown> }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    tie('object'),
    fc.array(tie('object'), { minLength: 1, maxLength: 3 }),
  ),
  object: fc.dictionary(key, tie('node'), { maxKeys: 3 }),
}))

/** Paths of all values of a document. */
function pathsOf(node: unknown): readonly (readonly string[])[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, inner]) => [
    [name],
    ...pathsOf(inner).map(path => [name, ...path]),
  ])
}

function at(node: unknown, path: readonly string[]): unknown {
  return path.reduce((inner: unknown, part) => {
    if (Array.isArray(inner)) return inner[Number(part)]
    return isObject(inner) ? inner[part] : undefined
  }, node)
}

describe('a setting', () => {
  test('changes the value at its path, nothing beside it, and never the document', () => {
    fc.assert(
      fc.property(tree.object, fc.nat(), fc.integer(), (document, pick, value) => {
        const paths = pathsOf(document)
        fc.pre(paths.length > 0)
        const path = paths[pick % paths.length]
        const before = structuredClone(document)
        const text = `${path.join('.')}=${value}`
        const { document: changed, change } = withSetting(document, text, '--set')
        expect(document).toEqual(before)
        expect(at(changed, path)).toBe(value)
        expect(change).toEqual({ option: '--set', path })
        const isAt = (other: readonly string[]): boolean =>
          other.every((part, index) => index >= path.length || part === path[index])
        for (const other of paths.filter(one => !isAt(one))) {
          expect(at(changed, other)).toEqual(at(document, other))
        }
      }),
    )
  })

  test('a frozen document can be changed too', () => {
    const inner = Object.freeze({ name: 'x', b: 1 })
    const document = Object.freeze({ list: Object.freeze([inner]) })
    expect(withSetting(document, 'list.x.b=2', '--set').document).toEqual({
      list: [{ name: 'x', b: 2 }],
    })
  })

  const pools = { pools: [{ name: 'hot', count: 1 }, { metadata: { name: 'cold' } }] }

  test.each([
    ['pools.0.count=2', { pools: [{ name: 'hot', count: 2 }, pools.pools[1]] }],
    ['pools[0].count=2', { pools: [{ name: 'hot', count: 2 }, pools.pools[1]] }],
    ['pools.hot.count=2', { pools: [{ name: 'hot', count: 2 }, pools.pools[1]] }],
    ['pools.cold.a=2', { pools: [pools.pools[0], { metadata: { name: 'cold' }, a: 2 }] }],
    ['new.part=2', { ...pools, new: { part: 2 } }],
    ['pools=[]', { pools: [] }],
    ['a=1h', { ...pools, a: '1h' }],
    ['a=', { ...pools, a: null }],
    ['a=b=c', { ...pools, a: 'b=c' }],
    ['a={b: [1, x]}', { ...pools, a: { b: [1, 'x'] } }],
    ['a={b', { ...pools, a: '{b' }],
    ['a=true', { ...pools, a: true }],
  ])('%s', (text, wanted) => {
    expect(withSetting(pools, text, '--set').document).toEqual(wanted)
  })

  test('what every object has is no part of a document', () => {
    expect(withSetting({}, 'toString.a=1', '--set').document).toEqual({ toString: { a: 1 } })
  })

  test.each(['=1', 'a', '', '.=1', 'pools.9.a=1', 'pools.hut.a=1', 'pools.0.count.a=1'])(
    'refuses %s',
    text => {
      expect(() => withSetting(pools, text, '--set')).toThrow()
    },
  )
})
