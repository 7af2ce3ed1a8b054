import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, KubernetesObject, Page, WatchEvent } from '../../src/kubernetes/api.js'
import { type Heard, type Reflector, type Setback, step } from '../../src/kubernetes/reflector.js'
import { Store } from '../../src/kubernetes/store.js'

type World = ReadonlyMap<string, number>

/** Every state it was ever in, by revision; clients know revisions by opaque versions only. */
class TinyServer {
  readonly history: World[] = [new Map()]
  private readonly events: WatchEvent[] = []
  private oldest = 0

  get revision(): number {
    return this.history.length - 1
  }

  write(name: string): void {
    const value = this.revision + 1
    const type = this.now().has(name) ? 'MODIFIED' : 'ADDED'
    this.history.push(new Map([...this.now(), [name, value]]))
    this.events.push({ type, object: objectOf(name, value, this.revision) })
  }

  delete(name: string): void {
    const value = this.now().get(name)
    if (value === undefined) return
    this.history.push(new Map([...this.now()].filter(([other]) => other !== name)))
    this.events.push({ type: 'DELETED', object: objectOf(name, value, this.revision) })
  }

  compact(): void {
    this.oldest = this.revision
  }

  page(token: string | null): Answer<Page> {
    const [revision = 0, from = 0] = token?.split('/').map(Number) ?? [this.revision, 0]
    if (revision < this.oldest) return expired
    const all = [...this.worldAt(revision)].sort(([one], [other]) => (one < other ? -1 : 1))
    const items = all.slice(from, from + 2).map(([name, value]) => objectOf(name, value, value))
    const next = from + 2 < all.length ? `${revision}/${from + 2}` : null
    return { kind: 'answered', value: { items, version: versionOf(revision), next } }
  }

  /** What a watch from this version hears next. */
  event(version: string): WatchEvent {
    const revision = this.revisionOf(version)
    if (revision < this.oldest) return { type: 'ERROR', status: 410, message: 'too old' }
    return this.events[revision] ?? { type: 'BOOKMARK', version }
  }

  revisionOf(version: string): number {
    return this.history.findIndex((_, revision) => versionOf(revision) === version)
  }

  worldAt(revision: number): World {
    return this.history[revision] ?? new Map()
  }

  private now(): World {
    return this.worldAt(this.revision)
  }
}

const versionOf = (revision: number): string => `v${(revision * 7919) % 10_007}`

function objectOf(name: string, value: number, revision: number): KubernetesObject {
  return { metadata: { name, resourceVersion: versionOf(revision) }, value }
}

const refusal = (status: number, reason = ''): Extract<Answer<never>, { kind: 'refused' }> => {
  return { kind: 'refused', status, reason, message: 'no', retryAfterUs: null }
}
const expired = refusal(410, 'Expired')
const cut: Answer<never> = { kind: 'failed', reached: true, why: 'cut off' }

/** A reflector with its store and one who follows by what is told alone. */
class Follower {
  reflector: Reflector = { kind: 'empty' }
  setback: Setback | null = null
  readonly store = new Store(({ value }) => Number(value))
  readonly mirror = new Map<string, number>()

  constructor(readonly server: TinyServer) {}

  /** The server answers as it does on a good day. */
  goOn(): void {
    if (this.reflector.kind === 'watching') {
      this.hear({ kind: 'event', event: this.server.event(this.reflector.version) })
      return
    }
    const token = this.reflector.kind === 'listing' ? this.reflector.next : null
    this.hear({ kind: 'page', answer: this.server.page(token), askedUs: 0 })
  }

  meet(fault: Fault): void {
    const answer = fault === 'cut' ? cut : refusal(fault === 'expired' ? 410 : 503)
    if (this.reflector.kind !== 'watching') this.hear({ kind: 'page', answer, askedUs: 0 })
    else if (fault === 'ended') {
      this.hear({ kind: 'over', answer: { kind: 'answered', value: null }, lastedUs: 290e6 })
    } else if (fault === 'silence') this.hear({ kind: 'silence', silentUs: 180e6 })
    else if (fault === 'error') {
      this.hear({ kind: 'event', event: { type: 'ERROR', status: 500, message: 'no' } })
    } else this.hear({ kind: 'over', answer, lastedUs: 5e6 })
  }

  hear(heard: Heard): void {
    const { reflector, edits, setback } = step(this.reflector, heard)
    this.reflector = reflector
    this.setback = setback
    for (const edit of edits) {
      const change = this.store.edit(edit)
      if (change?.kind === 'set') this.mirror.set(change.key, change.object)
      if (change?.kind === 'gone') this.mirror.delete(change.key)
      if (change?.kind !== 'listed') continue
      this.mirror.clear()
      for (const [key, value] of this.store.objects() ?? []) this.mirror.set(key, value)
    }
  }
}

const faults = ['cut', 'busy', 'expired', 'ended', 'silence', 'error'] as const
type Fault = (typeof faults)[number]

const nameArbitrary = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const actArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'go on' } as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), name: nameArbitrary }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), name: nameArbitrary }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom(...faults),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'compact' } as const) },
)
type Act = typeof actArbitrary extends fc.Arbitrary<infer Value> ? Value : never

function act(follower: Follower, one: Act): void {
  if (one.kind === 'write') follower.server.write(one.name)
  else if (one.kind === 'delete') follower.server.delete(one.name)
  else if (one.kind === 'compact') follower.server.compact()
  else if (one.kind === 'fault') follower.meet(one.fault)
  else follower.goOn()
}

describe('a reflector', () => {
  it('shows true states of the server only, in their order, and its last one in the end', () => {
    const acts = fc.array(actArbitrary, { maxLength: 120 })
    const property = fc.property(fc.array(nameArbitrary), acts, (names, list) => {
      const follower = new Follower(new TinyServer())
      for (const name of names) follower.server.write(name)
      let shownRevision = -1
      for (const one of list) {
        const before = follower.store.objects()
        act(follower, one)
        const shown = follower.store.objects()
        if (follower.reflector.kind === 'watching') {
          const revision = follower.server.revisionOf(follower.reflector.version)
          expect(revision).toBeGreaterThanOrEqual(shownRevision)
          shownRevision = revision
          expect(shown).toEqual(follower.server.worldAt(revision))
          expect(follower.mirror).toEqual(shown)
        } else expect(shown).toBe(before)
      }
      for (let more = 0; more < list.length + 20; more++) follower.goOn()
      const { server } = follower
      expect(follower.store.objects()).toEqual(server.worldAt(server.revision))
      expect(follower.setback).toBeNull()
    })
    fc.assert(property, { numRuns: 1000 })
  })

  const listing: Reflector = { kind: 'listing', begunUs: 7, next: 'token' }
  const watching: Reflector = { kind: 'watching', version: 'v1' }
  const over = (answer: Answer<null>, lastedUs = 5e6): Heard => ({ kind: 'over', answer, lastedUs })
  const error = (status: number): Heard => {
    return { kind: 'event', event: { type: 'ERROR', status, message: 'no' } }
  }

  it.each([
    { what: 'a page that was cut off', answer: cut, left: listing },
    { what: 'a page that came too often', answer: refusal(429), left: listing },
    { what: 'a token that is too old', answer: expired, left: { kind: 'empty' } },
    { what: 'a token from the future', answer: refusal(504), left: { kind: 'empty' } },
    { what: 'a token it cannot read', answer: refusal(400), left: { kind: 'empty' } },
  ])('asks after $what for what is right', ({ answer, left }) => {
    const { reflector, edits, setback } = step(listing, { kind: 'page', answer, askedUs: 9 })
    expect([reflector, edits]).toEqual([left, []])
    expect(setback?.isStale).toBe(answer === expired)
  })

  it.each([
    { what: 'cut off', heard: over(cut), left: watching },
    { what: 'refused', heard: over(refusal(403)), left: watching },
    { what: 'refused as too old', heard: over(expired), left: { kind: 'empty' } },
    { what: 'ended by an error', heard: error(500), left: watching },
    { what: 'ended as too old', heard: error(410), left: { kind: 'empty' } },
  ])('goes on after a watch that was $what', ({ heard, left }) => {
    const { reflector, edits, setback } = step(watching, heard)
    expect([reflector, edits]).toEqual([left, []])
    expect(setback?.isStale).toBe(left !== watching)
  })

  it('takes a watch that ended as asked for none, unless it ended at once', () => {
    const done = { kind: 'answered', value: null } as const
    expect(step(watching, over(done, 1e6))).toMatchObject({ reflector: watching, setback: null })
    expect(step(watching, over(done, 1e6 - 1))).toMatchObject({
      reflector: watching,
      setback: { why: 'the watch ended as soon as it had begun', isStale: false },
    })
  })

  it('tells the list from when its first page was asked for', () => {
    const value = { items: [], version: 'v2', next: null }
    const answer = { kind: 'answered', value } as const
    const last = step(listing, { kind: 'page', answer, askedUs: 9 })
    expect(last.edits.at(-1)).toEqual({ kind: 'swap', begunUs: 7 })
    const only = step({ kind: 'empty' }, { kind: 'page', answer, askedUs: 9 })
    expect(only.edits.map(edit => edit.kind)).toEqual(['begin', 'gather', 'swap'])
    expect(only.edits.at(-1)).toEqual({ kind: 'swap', begunUs: 9 })
  })

  it('gives the reason and how long the server wants to be left alone', () => {
    const busy = { ...refusal(429, 'TooManyRequests'), retryAfterUs: 3e6 }
    expect(step(watching, over(busy)).setback).toEqual({
      why: 'the watch was refused with 429 TooManyRequests: no',
      isStale: false,
      retryAfterUs: 3e6,
    })
  })

  it('refuses what cannot have been heard', () => {
    const page = { kind: 'page', answer: cut, askedUs: 0 } as const
    expect(() => step(watching, page)).toThrow('no list was asked for')
    expect(() => step({ kind: 'empty' }, error(500))).toThrow('there is no watch')
  })
})
