import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  begin,
  bookmark,
  failure,
  objectOf,
  pageOf,
  refusal,
  second,
  set,
  settled,
  wallUs,
} from './scripted.js'

describe('what a reflector asks', () => {
  it('are pages of 500 without a version, then a watch from the version of the list', async () => {
    const { api, reflecting } = begin({ selection: { labelSelector: 'a=b' } })
    api.answerList = ({ next }) => pageOf([objectOf(next ?? 'a', 'v1')], next ? null : 'b')
    await reflecting.whenListed()
    await settled()
    expect(api.lists.map(({ request }) => request)).toEqual([
      { labelSelector: 'a=b', limit: 500 },
      { labelSelector: 'a=b', limit: 500, next: 'b' },
    ])
    expect(reflecting.lists()).toBe(1)
    expect(api.watched.request).toMatchObject({ labelSelector: 'a=b', version: 'listed' })
    expect([...(reflecting.objects() ?? [])].map(([key]) => key)).toEqual(['a', 'b'])
    await reflecting.stop()
  })

  it('is a watch of 261 to 290 s', async () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const property = fc.asyncProperty(chance, async chances => {
      const { timing, api, reflecting } = begin()
      timing.chances = chances
      await settled()
      const { timeoutUs } = api.watched.request
      expect(Number.isInteger(timeoutUs)).toBe(true)
      expect(timeoutUs).toBeGreaterThanOrEqual(261 * second)
      expect(timeoutUs).toBeLessThanOrEqual(290 * second)
      await reflecting.stop()
    })
    await fc.assert(property, { numRuns: 50 })
  })

  it('goes on from the last version after a watch that ended or was cut off', async () => {
    const { timing, api, reflecting } = begin()
    await timing.pass(20 * second)
    api.watched.emit(set(objectOf('a', 'v7')))
    api.watched.end({ kind: 'answered', value: null })
    await settled()
    expect(api.watched).toMatchObject({ atUs: 20 * second, request: { version: 'v7' } })
    api.watched.emit(bookmark)
    api.watched.end(failure('cut off'))
    await timing.pass(second)
    expect(api.watched).toMatchObject({ atUs: 20.4 * second, request: { version: 'marked' } })
    expect([api.watches.length, api.lists.length]).toEqual([3, 1])
    await reflecting.stop()
  })

  it('begins within the jitter of its first list', async () => {
    const { timing, api, reflecting } = begin({ firstListJitterUs: 8 * second })
    await timing.pass(10 * second)
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([4 * second])
    await reflecting.stop()
  })

  it('lets others have their turn between pages', async () => {
    const { api, reflecting } = begin()
    let left = 50
    api.answerList = () => pageOf([], left-- > 0 ? 'more' : null)
    let turns = 0
    const count = (): void => {
      turns++
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    await reflecting.whenListed()
    clearImmediate(immediate)
    expect(turns).toBeGreaterThanOrEqual(50)
    await reflecting.stop()
  })

  it('leaves nothing behind that grows from watch to watch', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error): number => warnings.push(warning)
    process.on('warning', warned)
    const { timing, api, reflecting } = begin()
    api.answerWatch = async () => {
      await timing.sleep(2 * second)
      return { kind: 'answered', value: null }
    }
    await timing.pass(100 * second)
    process.off('warning', warned)
    expect([warnings, api.watches.length]).toEqual([[], 51])
    await reflecting.stop()
  })
})

describe('what a reflector tells', () => {
  it('is a list as one, then each change, and what it is current up to', async () => {
    const { timing, api, reflecting, changes } = begin({ firstListJitterUs: 2 * second })
    api.answerList = () => pageOf([objectOf('a', 'v1'), objectOf('b', 'v2')])
    expect([reflecting.objects(), reflecting.knownUpToUs()]).toEqual([null, null])
    await timing.pass(5 * second)
    const begunUs = wallUs + second
    expect(changes.splice(0)).toEqual([{ kind: 'listed', begunUs }])
    expect(reflecting.knownUpToUs()).toBe(begunUs)
    api.watched.emit(set(objectOf('a', 'v1')))
    expect(changes).toEqual([])
    expect(reflecting.knownUpToUs()).toBe(wallUs + 5 * second)
    api.watched.emit(set(objectOf('a', 'v3')))
    api.watched.emit({ type: 'DELETED', object: objectOf('b', 'v4') })
    expect(changes).toEqual([
      { kind: 'set', key: 'a', object: 'v3', version: 'v3' },
      { kind: 'gone', key: 'b' },
    ])
    expect(reflecting.objects()).toEqual(new Map([['a', 'v3']]))
    await timing.pass(second)
    api.watched.emit(bookmark)
    expect(reflecting.knownUpToUs()).toBe(wallUs + 6 * second)
    await reflecting.stop()
  })

  it('is the last failure, until it hears from the server', async () => {
    const { timing, api, reflecting } = begin()
    api.answerList = () => refusal(404)
    await timing.pass(0)
    expect(reflecting.trouble()).toBe('things.example.org: the list was refused with 404: no')
    api.answerList = () => pageOf([])
    await timing.pass(second)
    expect(reflecting.trouble()).toBeNull()
    api.watched.end(failure('cut off'))
    await timing.pass(3 * second)
    expect(api.watches).toHaveLength(2)
    expect(reflecting.trouble()).toBe('things.example.org: the watch failed: cut off')
    const knownUs = reflecting.knownUpToUs()
    await timing.pass(second)
    expect(reflecting.knownUpToUs()).toBe(knownUs)
    api.watched.emit(bookmark)
    expect(reflecting.trouble()).toBeNull()
    await reflecting.stop()
  })

  it('names the resource of the core group by its plural alone', async () => {
    const pods = { group: '', version: 'v1', plural: 'pods', namespace: 'default' }
    const { timing, api, reflecting } = begin({}, pods)
    api.answerList = () => failure('nobody is there')
    await timing.pass(0)
    expect(reflecting.trouble()).toBe('pods: the list failed: nobody is there')
    await reflecting.stop()
  })

  it('is current as of a list that is whole, and not of its pages', async () => {
    const { timing, api, reflecting } = begin()
    const pages = [pageOf([objectOf('a', 'v1')], 'more'), failure('cut off')]
    api.answerList = () => pages.shift() ?? pageOf([])
    await timing.pass(0.3 * second)
    expect([reflecting.knownUpToUs(), reflecting.objects()]).toEqual([null, null])
    await timing.pass(second)
    expect(reflecting.knownUpToUs()).toBe(wallUs)
    expect(reflecting.objects()).toEqual(new Map([['a', 'v1']]))
    await reflecting.stop()
  })

  it('is told to nobody who has ended it', async () => {
    const { api, reflecting, changes } = begin()
    const others: unknown[] = []
    const end = reflecting.subscribe(change => others.push(change))
    await settled()
    end()
    api.watched.emit(set(objectOf('a', 'v1')))
    expect([changes.length, others.length]).toEqual([2, 1])
    await reflecting.stop()
  })

  it('is a mistake of a listener to whoever stops it, and no failure of the watch', async () => {
    const { api, reflecting } = begin()
    await settled()
    reflecting.subscribe(() => {
      throw new Error('a mistake')
    })
    api.watched.emit(set(objectOf('a', 'v1')))
    await expect(reflecting.stop()).rejects.toThrow('a mistake')
  })
})

describe('a reflector that is stopped', () => {
  it.each([
    { what: 'before its first list', options: { firstListJitterUs: 9 * second } },
    { what: 'within a list', list: () => new Promise<never>(() => {}) },
    { what: 'within a pause', list: () => failure('nobody is there') },
    { what: 'within a watch', list: () => pageOf([]) },
  ])('$what ends at once and leaves nothing', async ({ options = {}, list = () => pageOf([]) }) => {
    const { timing, api, reflecting } = begin(options)
    api.answerList = list
    await timing.pass(0)
    const asked = [api.lists.length, api.watches.length]
    await reflecting.stop()
    expect(timing.sleeping).toBe(0)
    expect(api.watches.every(({ signal }) => signal.aborted)).toBe(true)
    await timing.pass(500 * second)
    expect([api.lists.length, api.watches.length]).toEqual(asked)
  })

  it('was started once', async () => {
    const { reflecting } = begin()
    expect(() => reflecting.start()).toThrow('once')
    await reflecting.stop()
  })
})
