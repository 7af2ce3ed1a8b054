import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Recorder, recorder } from '../../src/kubernetes/recorder.js'
import { FaultyServer, seeded, smooth, Timeline } from './faulty-server.js'
import { begin, countOf, settings, sum, taleOf } from './telling.js'

const second = 1_000_000
const minute = 60 * second

describe('whatever is told, over whatever network', () => {
  const tellings = fc.array(
    fc.record({ uid: fc.constantFrom('a', 'b', 'c'), pauseS: fc.nat(400), reason: reasons() }),
    { maxLength: 12 },
  )

  it('is in the count of one event, exactly', async () => {
    let lost = 0
    const property = fc.asyncProperty(tellings, fc.integer(), async (all, seed) => {
      const chance = seeded(seed)
      let inARow = 0
      const { timeline, told, events } = begin(() => {
        const isLost = chance() < 0.4 && inARow < 11
        inARow = isLost ? inARow + 1 : 0
        lost += isLost ? 1 : 0
        const isAnswerLost = chance() < 0.5
        return isAnswerLost && isLost ? { ...smooth, answerUs: second } : { ...smooth, isLost }
      })
      await tellAll(told, timeline, all)
      await timeline.pass(60 * minute)
      expect([sum(events()), told.dropped()]).toEqual([all.length, 0])
    })
    await fc.assert(property, { numRuns: 100 })
    expect(lost).toBeGreaterThan(100)
  })

  it('is written or dropped, where the server refuses some', async () => {
    const property = fc.asyncProperty(tellings, fc.integer(), async (all, seed) => {
      const chance = seeded(seed)
      const refusals = [403, 422, 500, 429]
      const { timeline, told, events } = begin(() => {
        const refusal = refusals[Math.floor(chance() * 8)] ?? null
        return { ...smooth, refusal }
      })
      await tellAll(told, timeline, all)
      await timeline.pass(60 * minute)
      expect(sum(events()) + told.dropped()).toBe(all.length)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

function reasons() {
  return fc.constantFrom('MoveStarted', 'MoveDone')
}

interface Telling {
  readonly uid: string
  readonly pauseS: number
  readonly reason: string
}

async function tellAll(told: Recorder, timeline: Timeline, all: readonly Telling[]) {
  for (const { uid, pauseS, reason } of all) {
    told.tell(taleOf({ reason }, uid))
    await timeline.pass(pauseS * second)
  }
}

describe('an event', () => {
  it('is written as people read it', async () => {
    const { timeline, told, server } = begin()
    told.tell(taleOf())
    await timeline.pass(0)
    const [[path, event]] = [...server.objects]
    expect(path).toMatch(/^events\/default\/pv-a\.[0-9a-f]{13}$/)
    expect(event).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'default' },
      eventTime: '2027-01-15T08:00:00.123456Z',
      reportingController: settings.reportingController,
      reportingInstance: settings.reportingInstance,
      ...taleOf(),
    })
  })

  it('goes to the namespace of its object', async () => {
    const { timeline, told, server } = begin()
    const { regarding } = taleOf()
    told.tell(taleOf({ regarding: { ...regarding, namespace: 'shop' } }))
    await timeline.pass(0)
    expect([...server.objects.keys()]).toEqual([expect.stringMatching(/^events\/shop\//)])
  })

  it('has a note within the bytes of a server, and no character in two', async () => {
    const property = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 600 }), async text => {
      const { timeline, told, events } = begin()
      const note = text.repeat(4)
      told.tell(taleOf({ note, reason: note }))
      await timeline.pass(0)
      const [event] = events()
      const cut = String(event?.note)
      expect(note.startsWith(cut)).toBe(true)
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1024)
      expect(Buffer.byteLength(String(event?.reason))).toBeLessThanOrEqual(128)
      const more = String.fromCodePoint(note.codePointAt(cut.length) ?? 0)
      if (cut !== note) expect(Buffer.byteLength(cut + more)).toBeGreaterThan(1024)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

describe('what is told again', () => {
  it('becomes a series, although its numbers differ', async () => {
    const { timeline, told, events } = begin()
    told.tell(taleOf())
    await timeline.pass(119 * second)
    told.tell(taleOf({ note: 'idle for 8 days: 21 IOPS' }))
    await timeline.pass(0)
    expect(events()).toHaveLength(1)
    expect(events()[0]?.series).toEqual({
      count: 2,
      lastObservedTime: '2027-01-15T08:01:59.123456Z',
    })
  })

  it.each([
    taleOf({ reason: 'MoveDone' }),
    taleOf({ type: 'Warning' }),
    taleOf({ note: 'idle for 7 weeks: 3 IOPS' }),
    taleOf({}, 'another'),
  ])('in other words or of another is another event %#', async other => {
    const { timeline, told, events } = begin()
    told.tell(taleOf())
    told.tell(other)
    await timeline.pass(0)
    expect(events()).toHaveLength(2)
  })

  it('after two minutes, or in a series of half an hour, is another event', async () => {
    const { timeline, told, events } = begin()
    told.tell(taleOf())
    await timeline.pass(2 * minute)
    for (let minutes = 0; minutes < 31; minutes++) {
      told.tell(taleOf())
      await timeline.pass(minute)
    }
    expect(events().map(countOf)[0]).toBe(1)
    expect(events()).toHaveLength(3)
  })

  it('while it is being written goes along with the next write', async () => {
    const { timeline, told, server, events } = begin(() => ({ ...smooth, answerUs: 100_000 }))
    for (let times = 0; times < 20; times++) told.tell(taleOf())
    await timeline.pass(second)
    expect(server.calls).toEqual(['create', 'merge'])
    expect(events().map(countOf)).toEqual([20])
  })
})

describe('too much', () => {
  it('of one object is 25 at once, then one each five minutes', async () => {
    const { timeline, told, events } = begin()
    const tell = (name: number): void => told.tell(taleOf({ reason: `Reason${name}` }))
    for (let name = 0; name < 40; name++) tell(name)
    // One of them is on its way.
    expect(told.queued()).toBe(24)
    await timeline.pass(0)
    expect([events().length, told.dropped(), told.queued()]).toEqual([25, 15, 0])
    told.tell(taleOf({}, 'another'))
    await timeline.pass(5 * minute)
    for (let name = 40; name < 42; name++) tell(name)
    await timeline.pass(0)
    expect([events().length, told.dropped()]).toEqual([27, 16])
    await timeline.pass(30 * 60 * minute)
    for (let name = 0; name < 40; name++) tell(name)
    await timeline.pass(0)
    expect([events().length, told.dropped()]).toEqual([52, 31])
  })

  it('of one thing silences no other, and is counted in the end', async () => {
    const { timeline, told, server, events } = begin()
    for (let times = 0; times < 100; times++) {
      told.tell(taleOf())
      await timeline.pass(10 * second)
    }
    told.tell(taleOf({ type: 'Warning' }))
    await timeline.pass(0)
    expect([events().length, told.dropped()]).toEqual([2, 0])
    expect(server.calls.filter(call => call === 'merge')).toHaveLength(28)
    expect(sum(events())).toBeGreaterThan(70)
    await timeline.pass(2 * minute)
    told.tell(taleOf())
    await timeline.pass(0)
    expect(sum(events()) + told.dropped(), 'nothing is lost sight of').toBe(102)
  })

  it('of many loses the oldest of what waits, and counts it', async () => {
    const { timeline, told, events } = begin(() => ({ ...smooth, answerUs: 1 }))
    for (let name = 0; name < 1101; name++) told.tell(taleOf({}, `uid-${name}`))
    await timeline.pass(second)
    expect([events().length, told.dropped()]).toEqual([1001, 100])
    const uids = events().map(event => JSON.stringify(event.regarding))
    expect(uids[0]).toContain('uid-0')
    expect(uids[1]).toContain('uid-101')
  })

  it('remembers 4096 series, and forgets what was told longest ago', async () => {
    const { timeline, told, events } = begin()
    for (let name = 0; name <= 4096; name++) {
      told.tell(taleOf({}, `uid-${name}`))
      await timeline.pass(0)
    }
    told.tell(taleOf({}, 'uid-1'))
    told.tell(taleOf({}, 'uid-0'))
    await timeline.pass(0)
    expect([events().length, sum(events()), told.dropped()]).toEqual([4098, 4099, 0])
  })
})

describe('a server in trouble', () => {
  it.each([429, 500, 503])('that answers %i is asked twelve times', async refusal => {
    const { timeline, told, server } = begin(() => ({ ...smooth, refusal }))
    told.tell(taleOf())
    await timeline.pass(60 * minute)
    expect([server.calls.length, told.dropped()]).toEqual([12, 1])
  })

  it.each([403, 404, 409, 422])('that answers %i is asked once', async refusal => {
    const { timeline, told, server } = begin(() => ({ ...smooth, refusal }))
    told.tell(taleOf())
    await timeline.pass(60 * minute)
    expect([server.calls.length, told.dropped()]).toEqual([1, 1])
  })

  it('that says when is not asked before', async () => {
    const timeline = new Timeline()
    const api = new FaultyServer(timeline).api()
    const askedUs: number[] = []
    const busy = { kind: 'refused', status: 429, reason: '', message: '' } as const
    const create = async () => {
      askedUs.push(timeline.nowUs)
      return { ...busy, retryAfterUs: askedUs.length === 1 ? 7 * second : null }
    }
    recorder(
      { ...api, create },
      settings,
      timeline.timing(() => 0.5),
    ).tell(taleOf())
    await timeline.pass(30 * second)
    expect(askedUs.slice(0, 3)).toEqual([0, 7 * second, 7.5 * second])
  })

  it('where an event was deleted gets a new one the next time', async () => {
    const { timeline, told, server, events } = begin()
    told.tell(taleOf())
    await timeline.pass(0)
    server.objects.clear()
    told.tell(taleOf())
    await timeline.pass(0)
    told.tell(taleOf())
    await timeline.pass(0)
    expect([events().map(countOf), told.dropped()]).toEqual([[1], 1])
  })
})

describe('the end', () => {
  it('waits for what is on its way, as long as it may', async () => {
    const { timeline, told } = begin(() => ({ ...smooth, answerUs: 200_000 }))
    const flushed: number[] = []
    const flush = (deadlineUs: number): void => {
      void told.flush(deadlineUs).then(() => flushed.push(timeline.nowUs))
    }
    flush(second)
    await timeline.pass(1000)
    told.tell(taleOf())
    told.tell(taleOf({}, 'another'))
    flush(100_000)
    flush(second)
    await timeline.pass(2 * second)
    expect(flushed).toEqual([0, 101_000, 401_000])
  })

  it('gives up the rest, and what comes after', async () => {
    const { timeline, told, server } = begin(() => ({ ...smooth, refusal: 503 }))
    told.tell(taleOf())
    told.tell(taleOf({}, 'another'))
    await timeline.pass(0)
    told.close()
    told.tell(taleOf())
    await timeline.pass(60 * minute)
    expect([server.calls.length, told.dropped()]).toEqual([1, 3])
  })
})
