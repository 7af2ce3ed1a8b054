import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../src/kubernetes/api.js'
import type { Edit } from '../../src/kubernetes/reflector.js'
import { keyOf, Store } from '../../src/kubernetes/store.js'

function objectOf(name: string, version: number, namespace?: string): KubernetesObject {
  const where = namespace === undefined ? {} : { namespace }
  return { metadata: { name, ...where, resourceVersion: `v${version}` } }
}

const keep = ({ metadata }: KubernetesObject): string =>
  `${metadata.name} ${metadata.resourceVersion}`

function listed(objects: readonly KubernetesObject[]): Store<string> {
  const store = new Store(keep)
  list(store, objects)
  return store
}

function list(store: Store<string>, objects: readonly KubernetesObject[]): void {
  store.edit({ kind: 'begin' })
  store.edit({ kind: 'gather', objects })
  store.edit({ kind: 'swap', begunUs: 5 })
}

const object = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(3))
  .map(([name, version]) => objectOf(name, version))
const edits = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), object }),
  fc.record({ kind: fc.constant('remove' as const), object }),
  fc.constant({ kind: 'begin' } as const),
  fc.record({ kind: fc.constant('gather' as const), objects: fc.array(object, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('swap' as const), begunUs: fc.nat() }),
)

/** The plainest thing that could be right. */
class Model {
  known: ReadonlyMap<string, string> = new Map()
  private gathered: ReadonlyMap<string, string> = new Map()

  edit(edit: Edit): void {
    if (edit.kind === 'set') this.known = added(this.known, [edit.object])
    if (edit.kind === 'remove') this.known = without(this.known, edit.object)
    if (edit.kind === 'gather') this.gathered = added(this.gathered, edit.objects)
    if (edit.kind === 'swap') this.known = this.gathered
    if (edit.kind === 'swap' || edit.kind === 'begin') this.gathered = new Map()
  }
}

const added = (map: ReadonlyMap<string, string>, objects: readonly KubernetesObject[]) => {
  return new Map([...map, ...objects.map(one => [keyOf(one), keep(one)] as const)])
}
const without = (map: ReadonlyMap<string, string>, one: KubernetesObject) => {
  return new Map([...map].filter(([key]) => key !== keyOf(one)))
}

describe('a store', () => {
  it('hands out maps that stay as they are, and a new one only after a change', () => {
    const all = fc.array(fc.record({ edit: edits, isLookedAt: fc.boolean() }), { maxLength: 60 })
    const property = fc.property(all, list => {
      const [store, model] = [listed([]), new Model()]
      const handed: (readonly [ReadonlyMap<string, string> | null, readonly unknown[]])[] = []
      let hasChanged = true
      for (const { edit, isLookedAt } of list) {
        hasChanged = store.edit(edit) !== null || hasChanged
        model.edit(edit)
        if (!isLookedAt) continue
        const map = store.objects()
        expect(map).toEqual(model.known)
        if (handed.length > 0) expect(map === handed.at(-1)?.[0]).toBe(!hasChanged)
        handed.push([map, [...(map ?? [])]])
        hasChanged = false
      }
      for (const [map, entries] of handed) expect([...(map ?? [])]).toEqual(entries)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('tallies what is kept, after any series of lists, sets and removals', () => {
    // A few values that many objects share, none of them (null) among them.
    const shared = ['even', null] as const
    const of = ({ metadata }: KubernetesObject) =>
      shared[Number(metadata.resourceVersion?.at(1)) % 2]
    const property = fc.property(fc.array(edits, { maxLength: 60 }), list => {
      const store = new Store(object => of(object) ?? null, true)
      expect([store.size(), store.tally()]).toEqual([0, null])
      for (const edit of [{ kind: 'swap', begunUs: 0 } as const, ...list]) {
        store.edit(edit)
        const counted = new Map<string | null, number>()
        for (const kept of store.objects()?.values() ?? []) {
          counted.set(kept, (counted.get(kept) ?? 0) + 1)
        }
        expect(store.tally()).toEqual(counted)
        expect(store.size()).toBe(store.objects()?.size)
      }
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('copies nothing for a tally, and has none that nobody asked for', () => {
    const store = new Store(keep, true)
    list(store, [objectOf('a', 1)])
    const tally = store.tally()
    store.edit({ kind: 'set', object: objectOf('b', 1) })
    expect(store.tally()).toBe(tally)
    expect(() => listed([]).tally()).toThrow('nobody asked')
  })

  it('has nothing before the first list is whole, not even an empty map', () => {
    const store = new Store(keep)
    store.edit({ kind: 'begin' })
    store.edit({ kind: 'gather', objects: [objectOf('a', 1)] })
    expect(store.objects()).toBeNull()
    expect(() => store.edit({ kind: 'set', object: objectOf('a', 1) })).toThrow('first list')
    expect(store.edit({ kind: 'swap', begunUs: 9 })).toEqual({ kind: 'listed', begunUs: 9 })
    expect(store.objects()).toEqual(new Map([['a', 'a v1']]))
  })

  it('forgets what was gathered for a list that was given up', () => {
    const store = listed([])
    store.edit({ kind: 'gather', objects: [objectOf('a', 1)] })
    list(store, [objectOf('b', 1)])
    expect(store.objects()).toEqual(new Map([['b', 'b v1']]))
  })

  it('knows the same name in two namespaces apart', () => {
    const store = listed([objectOf('a', 1), objectOf('a', 1, 'one'), objectOf('a', 2, 'two')])
    expect([...(store.objects() ?? [])].map(([key]) => key)).toEqual(['a', 'one/a', 'two/a'])
    const change = store.edit({ kind: 'remove', object: objectOf('a', 3, 'one') })
    expect(change).toEqual({ kind: 'gone', key: 'one/a' })
  })

  it('tells what changed, and nothing of what did not', () => {
    const store = listed([objectOf('a', 1)])
    expect(store.edit({ kind: 'set', object: objectOf('a', 1) })).toBeNull()
    expect(store.edit({ kind: 'remove', object: objectOf('b', 1) })).toBeNull()
    expect(store.edit({ kind: 'set', object: objectOf('a', 2) })).toEqual({
      kind: 'set',
      key: 'a',
      object: 'a v2',
      version: 'v2',
    })
    store.edit({ kind: 'remove', object: objectOf('a', 3) })
    expect(store.edit({ kind: 'set', object: objectOf('a', 2) })?.kind).toBe('set')
  })

  it('takes an object without a version for another one each time', () => {
    const bare = { metadata: { name: 'a' } }
    const store = listed([bare])
    expect(store.edit({ kind: 'set', object: bare })).toMatchObject({ kind: 'set', version: '' })
  })

  it('believes a list also where it gives other objects under known versions', () => {
    const store = new Store(({ value }) => value)
    for (const value of ['before', 'after']) {
      store.edit({ kind: 'begin' })
      store.edit({ kind: 'gather', objects: [{ ...objectOf('a', 1), value }] })
      store.edit({ kind: 'swap', begunUs: 0 })
    }
    expect(store.objects()?.get('a')).toBe('after')
  })

  it('does not copy all objects for each of many events', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `object-${index}`)
    const store = listed(names.map(name => objectOf(name, 1)))
    const before = store.objects()
    const beganMs = performance.now()
    for (const name of names) store.edit({ kind: 'set', object: objectOf(name, 2) })
    // It takes some 30 ms; with a copy for each event it would take more than 10 s.
    expect(performance.now() - beganMs).toBeLessThan(4_000)
    expect(before?.get('object-7')).toBe('object-7 v1')
    expect(store.objects()?.get('object-7')).toBe('object-7 v2')
  })
})
