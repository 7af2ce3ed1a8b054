import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MigrationRecord } from '../../../src/core/record.js'
import type { EndedRequest } from '../../../src/kubernetes/ended-request.js'
import { Traces } from '../../../src/live/tracing/traces.js'
import { finished, record } from '../../laws/histories.js'
import { cooling } from '../../loop/one-cooling.js'
import { minute, smallWorld } from '../../sim/small-world.js'
import { scenarios } from '../recorded-world.js'
import { inUs, linksOf, type SpansInMemory, spansInMemory } from './spans-in-memory.js'
import { migrationIn, requestTo, tracedWorld } from './traced-world.js'

const named = (spans: readonly ReadableSpan[], name: string): readonly ReadableSpan[] =>
  spans.filter(span => span.name === name)
const idOf = (span: ReadableSpan): string => span.spanContext().spanId
const isRequest = ({ kind }: ReadableSpan): boolean => kind === SpanKind.CLIENT

describe('the traces of a loop', () => {
  it('are a span each round, whose children are its requests, and one a migration', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async scenario => {
        const { spans, requests, rounds, told } = await tracedWorld(scenario)
        const roundSpans = named(spans, 'round')
        expect(roundSpans).toHaveLength(rounds)
        const ids = new Set(roundSpans.map(idOf))
        expect(ids.size).toBe(rounds)
        const children = spans.filter(isRequest)
        expect(children).toHaveLength(requests)
        for (const span of children) expect(ids).toContain(span.parentSpanContext?.spanId)
        const ended = told.flatMap(([event]) =>
          event.kind === 'record' && event.record.status?.phase === 'finished'
            ? event.record.name
            : [],
        )
        const roots = named(spans, 'migration')
        expect(roots.map(span => span.attributes['couchestor.migration'])).toEqual(ended)
        const commands = told.filter(([event]) => event.kind === 'command')
        expect(spans.filter(({ name }) => name.startsWith('command '))).toHaveLength(
          commands.length,
        )
        for (const span of spans) for (const link of linksOf(span)) expect(ids).toContain(link)
      }),
      { numRuns: 10 },
    )
  })

  it('count what was decided and begun, by the clock', async () => {
    const { spans, told } = await tracedWorld({ ...cooling, lengthMinutes: 60 })
    const rounds = named(spans, 'round')
    const sum = (attribute: string): number =>
      rounds.reduce((before, { attributes }) => before + Number(attributes[attribute]), 0)
    const decisions = told.filter(([event]) => event.kind === 'decision').length
    expect(decisions).toBeGreaterThan(0)
    expect(sum('couchestor.decisions')).toBe(decisions)
    expect(sum('couchestor.starts')).toBe(1)
    expect(sum('couchestor.running')).toBeGreaterThan(1)
    for (const { attributes, status } of rounds) {
      expect(attributes).toMatchObject({ 'couchestor.epoch': 7, 'couchestor.outcome': 'whole' })
      expect(status.code).toBe(SpanStatusCode.UNSET)
    }
    const [root] = named(spans, 'migration')
    const steps = spans.filter(span => span.parentSpanContext?.spanId === idOf(root))
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['claimed', 'adding', 'syncing', 'removing']),
    )
    expect(inUs(root.endTime)).toBeGreaterThan(inUs(root.startTime))
  })

  it('say of each line of the log which migration or round it belongs to', async () => {
    const { spans, told } = await tracedWorld(cooling)
    const [root] = named(spans, 'migration')
    const rounds = new Map(named(spans, 'round').map(span => [idOf(span), span.spanContext()]))
    let ofRounds = 0
    for (const [event, ids] of told) {
      const { migration } = migrationIn(event)
      if (migration === root.attributes['couchestor.migration']) {
        expect(ids).toEqual({ trace_id: root.spanContext().traceId, span_id: idOf(root) })
      } else {
        expect(rounds.get(ids.span_id)?.traceId).toBe(ids.trace_id)
        ofRounds += 1
      }
    }
    expect(ofRounds).toBeGreaterThan(0)
  })

  it('show a round that could not be whole as an error, with its reason', async () => {
    const lost = { kind: 'answers', how: 'lost', numerator: 1, denominator: 1 } as const
    const forUs = 3 * minute
    const { spans } = await tracedWorld({
      ...cooling,
      faults: [
        { ...lost, from: 'mayastor', atUs: 6 * minute, forUs },
        { ...lost, from: 'kubernetes', atUs: 40 * minute, forUs },
        { kind: 'prometheus', how: 'down', atUs: 50 * minute, forUs },
      ],
    })
    const bad = named(spans, 'round').filter(({ status }) => status.code === SpanStatusCode.ERROR)
    const told = bad.map(({ status, startTime }) => [
      Math.floor(inUs(startTime) / (10 * minute)),
      status.message,
    ])
    expect(new Set(told.map(String))).toEqual(
      new Set([
        '0,Mayastor does not answer',
        '4,the API server does not answer',
        '5,Prometheus does not answer',
      ]),
    )
    for (const { attributes } of bad) {
      expect(attributes['couchestor.outcome']).toBe('unavailable')
    }
  })
})

class Traced {
  readonly memory: SpansInMemory = spansInMemory()
  nowUs = 1000
  readonly traces = new Traces(this.memory.source, () => this.nowUs)
  /** Asked while the cluster is observed. */
  onObserve: () => void = () => {}
  onSleep: () => void = () => {}
  /** What the journal holds; whether a write came to it is never answered. */
  stored: readonly MigrationRecord[] = []
  readonly ports = this.traces.over(this.inner(), 1)

  /** A request that ended just now. */
  ask(change: Partial<EndedRequest> = {}): void {
    this.traces.ended('mayastor', { ...requestTo('/volumes/v', 5_000_000), ...change })
  }

  private inner() {
    const { world } = smallWorld(cooling)
    const ports = world.portsOf(world.engine.party('one'))
    return {
      ...ports,
      clock: {
        now: () => this.nowUs,
        sleepUntil: async () => {
          this.onSleep()
          return 'time' as const
        },
      },
      journal: {
        ...ports.journal,
        records: async () => ({ kind: 'read', stored: this.stored }) as const,
        replace: async () => ({ kind: 'unknown', why: 'the connection was cut' }) as const,
      },
      inventory: {
        ...ports.inventory,
        observe: async () => {
          this.onObserve()
          return { kind: 'unavailable', why: 'nobody answers' } as const
        },
      },
    }
  }
}

describe('a request', () => {
  it('is told with its template, its path, its times and what came of it', async () => {
    const traced = new Traced()
    traced.onObserve = () => {
      traced.ask()
      traced.ask({ status: 503, attempt: 2 })
      traced.ask({ status: null, why: 'the connection was cut' })
    }
    await traced.ports.inventory.observe()
    const [one, busy, cut] = await traced.memory.named('GET mayastor /volumes/{name}')
    expect(one.attributes).toEqual({
      'couchestor.client': 'mayastor',
      'http.request.method': 'GET',
      'url.path': '/volumes/v',
      'url.template': '/volumes/{name}',
      'http.response.status_code': 200,
    })
    expect([inUs(one.startTime), inUs(one.endTime)]).toEqual([5_000_000, 5_001_500])
    expect(one.status.code).toBe(SpanStatusCode.UNSET)
    expect(busy.attributes).toMatchObject({ 'http.request.resend_count': 1 })
    expect(busy.status.code).toBe(SpanStatusCode.ERROR)
    expect(cut.attributes).not.toHaveProperty('http.response.status_code')
    expect(cut.status).toEqual({ code: SpanStatusCode.ERROR, message: 'the connection was cut' })
  })

  it('of no round has no span, nor one that a round long over led to', async () => {
    const traced = new Traced()
    traced.ask()
    let later: () => void = () => {}
    traced.onObserve = () => {
      // As of what a round began and nobody waits for: it is asked in the round's name.
      const whenAsked = new Promise<void>(resolve => {
        later = resolve
      }).then(() => traced.ask())
      void whenAsked
    }
    await traced.ports.inventory.observe()
    await traced.ports.clock.sleepUntil(0)
    traced.onObserve = () => {}
    await traced.ports.inventory.observe()
    await traced.ports.clock.sleepUntil(0)
    later()
    await Promise.resolve()
    traced.ask()
    const all = await traced.memory.ended()
    expect(all.map(({ name }) => name)).toEqual(['round', 'round'])
  })

  it('while the loop lies down belongs to the round that is over', async () => {
    const traced = new Traced()
    traced.onSleep = () => traced.ask()
    await traced.ports.inventory.observe()
    await traced.ports.clock.sleepUntil(0)
    const [round, request] = await traced.memory.ended()
    expect(round.name).toBe('round')
    expect(request.parentSpanContext?.spanId).toBe(idOf(round))
  })
})

describe('the end of a migration', () => {
  it('whose write was not answered is told when the journal shows it', async () => {
    const traced = new Traced()
    traced.stored = [record()]
    await traced.ports.journal.records()
    await traced.ports.journal.replace(finished(9_000_000))
    expect(await traced.memory.named('migration')).toEqual([])
    traced.stored = [finished(9_000_000)]
    await traced.ports.journal.records()
    expect(await traced.memory.named('migration')).toHaveLength(1)
  })
})

describe('a line of the log', () => {
  it('outside of a round, of no migration that runs, has no ids', () => {
    const { traces } = new Traced()
    expect(traces.idsOf({})).toEqual({})
    expect(traces.idsOf({ migration: 'gone-1' })).toEqual({})
    expect(traces.idsOf({ migration: 3 })).toEqual({})
  })
})

describe('a round', () => {
  it('in which something could not be had is an error, with the first reason', async () => {
    const traced = new Traced()
    await traced.ports.inventory.observe()
    traced.nowUs = 4_000_000
    await traced.ports.clock.sleepUntil(0)
    const [round] = await traced.memory.ended()
    expect(round.status).toEqual({ code: SpanStatusCode.ERROR, message: 'nobody answers' })
    expect([inUs(round.startTime), inUs(round.endTime)]).toEqual([1000, 4_000_000])
  })

  it('that is under way when the operator ends is told, once', async () => {
    const traced = new Traced()
    traced.traces.close()
    await traced.ports.inventory.observe()
    traced.traces.close()
    traced.traces.close()
    await traced.ports.clock.sleepUntil(0)
    const [round, ...more] = await traced.memory.ended()
    expect(more).toEqual([])
    expect(round.attributes['couchestor.outcome']).toBe('cut')
    expect(round.status.code).toBe(SpanStatusCode.ERROR)
  })
})
