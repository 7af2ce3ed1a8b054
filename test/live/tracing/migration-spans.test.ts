import { type Span, SpanStatusCode } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poolId, volumeId } from '../../../src/core/model.js'
import { readMigration } from '../../../src/core/read-migration.js'
import type { MigrationRecord, Outcome } from '../../../src/core/record.js'
import { writeMigration } from '../../../src/core/write-migration.js'
import { MigrationSpans, type SentCommand } from '../../../src/live/tracing/migration-spans.js'
import { records } from '../../core/migration-records.js'
import { finished, move, record, removing, syncing } from '../../laws/histories.js'
import { inUs, linksOf, type SpansInMemory, spansInMemory } from './spans-in-memory.js'

const startUs = 1_767_571_200_123_456

/** One migration as it is written, one record after the other. */
const story: readonly MigrationRecord[] = [
  record({ atUs: startUs }),
  record({ atUs: startUs, status: { moves: [move()] } }),
  record({ atUs: startUs, status: { moves: [move({ state: 'adding' })] } }),
  record({ atUs: startUs, status: { moves: [syncing] } }),
  record({ atUs: startUs, status: { moves: [{ ...syncing, progressPercent: 50 }] } }),
  record({ atUs: startUs, status: { moves: [removing] } }),
  finished(startUs + 9_000_000, {
    atUs: startUs,
    status: { moves: [move({ state: 'done' })] },
  }),
]
const steps = ['claimed', 'planned', 'adding', 'syncing', 'removing']

class Operator {
  readonly memory: SpansInMemory = spansInMemory()
  readonly spans = new MigrationSpans(this.memory.source)
  readonly round: Span = this.memory.source.tracer.startSpan('round')

  get roundId(): string {
    return this.round.spanContext().spanId
  }

  write(one: MigrationRecord, atUs = startUs): void {
    this.spans.written(one, atUs, this.round)
  }

  see(all: readonly MigrationRecord[], atUs = startUs): void {
    this.spans.seen(all, atUs, this.round)
  }
}

const idsOf = (one: MigrationRecord): object | undefined => {
  const { spans, round } = new Operator()
  spans.seen([one], startUs, round)
  const context = spans.spanOf(one.name)?.spanContext()
  return context === undefined ? undefined : { traceId: context.traceId, spanId: context.spanId }
}

describe('the ids of a migration', () => {
  const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
  const atUs = fc.integer({ min: 0, max: 4_000_000_000_000_000 })

  it('follow from its name and its beginning', () => {
    fc.assert(
      fc.property(name, atUs, name, atUs, (one, oneUs, other, otherUs) => {
        const ids = idsOf(record({ name: one, atUs: oneUs }))
        expect(idsOf(record({ name: one, atUs: oneUs, spec: { reason: 'x' } }))).toEqual(ids)
        const isSame = one === other && oneUs === otherUs
        const others = idsOf(record({ name: other, atUs: otherUs }))
        if (isSame) expect(others).toEqual(ids)
        else expect(others).not.toEqual(ids)
        expect(idsOf(record({ name: one, atUs: oneUs + 1 }))).not.toEqual(ids)
      }),
    )
  })

  it('are the same for whoever reads it from its object', () => {
    fc.assert(
      fc.property(records, one => {
        const read = readMigration(JSON.parse(JSON.stringify(writeMigration(one))))
        expect(read.ok).toBe(true)
        if (read.ok) expect(idsOf(read.value)).toEqual(idsOf(one))
      }),
    )
  })
})

describe('a migration', () => {
  it('is a root with a child for each step, which begins where the last one ended', async () => {
    const { spans, memory, roundId, ...operator } = new Operator()
    for (const [place, one] of story.entries()) {
      spans.written(one, startUs + place * 1_000_000, operator.round)
    }
    const [root, ...more] = await memory.named('migration')
    expect(more).toEqual([])
    expect(root).toMatchObject({ parentSpanContext: undefined, status: { code: 0 } })
    expect(root.attributes).toMatchObject({
      'couchestor.migration': 'vol-1',
      'couchestor.outcome': 'completed',
      'couchestor.moves': 1,
    })
    expect([inUs(root.startTime), inUs(root.endTime)]).toEqual([startUs, startUs + 9_000_000])
    const children = (await memory.ended()).filter(span => span !== root)
    expect(children.map(span => span.name)).toEqual(steps)
    for (const [place, child] of children.entries()) {
      expect(child.parentSpanContext?.spanId).toBe(root.spanContext().spanId)
      expect(child.spanContext().traceId).toBe(root.spanContext().traceId)
      expect(linksOf(child)).toEqual([roundId])
      if (place > 0) expect(child.startTime).toEqual(children[place - 1].endTime)
    }
    expect(spans.count).toBe(0)
  })

  it('whose operators follow each other has one trace, whose root the last one ends', async () => {
    // At which records an operator is killed; the next one meets what the last one wrote.
    const kills = fc.subarray(story.slice(0, -1).map((_, place) => place))
    await fc.assert(
      fc.asyncProperty(kills, async killedAfter => {
        const operators = [new Operator()]
        for (const [place, one] of story.entries()) {
          operators.at(-1)?.write(one)
          if (!killedAfter.includes(place)) continue
          const next = new Operator()
          next.see([one])
          operators.push(next)
        }
        const roots = await Promise.all(operators.map(one => one.memory.named('migration')))
        expect(roots.map(all => all.length)).toEqual([...killedAfter.map(() => 0), 1])
        const all = (await Promise.all(operators.map(one => one.memory.ended()))).flat()
        const [root] = roots.at(-1) ?? []
        expect(new Set(all.map(span => span.spanContext().traceId))).toEqual(
          new Set([root.spanContext().traceId]),
        )
        const parents = all.flatMap(span => span.parentSpanContext?.spanId ?? [])
        expect(new Set(parents)).toEqual(new Set([root.spanContext().spanId]))
        expect([...new Set(all.map(span => span.name))]).toEqual([...steps, 'migration'])
      }),
    )
  })

  it.each<readonly [Outcome, SpanStatusCode]>([
    ['completed', SpanStatusCode.UNSET],
    ['preserved', SpanStatusCode.UNSET],
    ['cancelled', SpanStatusCode.UNSET],
    ['gone', SpanStatusCode.UNSET],
    ['rolled-back', SpanStatusCode.ERROR],
    ['failed', SpanStatusCode.ERROR],
    ['abandoned', SpanStatusCode.ERROR],
    ['refused', SpanStatusCode.ERROR],
  ])('that is %s has the status %i', async (outcome, code) => {
    const operator = new Operator()
    operator.write(story[0])
    operator.write(finished(startUs + 1, { atUs: startUs, status: { outcome, why: 'timeout' } }))
    const [root] = await operator.memory.named('migration')
    expect(root.status.code).toBe(code)
    if (code === SpanStatusCode.ERROR) expect(root.status.message).toBe('timeout')
  })
})

describe('the end of a migration', () => {
  const [begun, ended] = [story[3], story[6]]

  it('that another leader wrote is that leader’s to tell', async () => {
    const operator = new Operator()
    operator.write(begun)
    operator.see([ended])
    expect([operator.spans.count, await operator.memory.named('migration')]).toEqual([0, []])
  })

  it('of which the journal said nothing is told once it is read there', async () => {
    const operator = new Operator()
    operator.write(begun)
    operator.spans.doubted(ended)
    // The journal may be behind.
    operator.see([begun])
    expect(await operator.memory.named('migration')).toEqual([])
    operator.see([ended])
    operator.see([ended, begun])
    const roots = await operator.memory.named('migration')
    expect(roots.map(({ endTime }) => inUs(endTime))).toEqual([startUs + 9_000_000])
  })

  it('that was neither written nor by us is not told', async () => {
    const operator = new Operator()
    operator.write(begun)
    operator.spans.doubted(ended)
    operator.see([finished(startUs + 8_000_000, { atUs: startUs })])
    expect(await operator.memory.named('migration')).toEqual([])
  })

  it('is no beginning of another for who meets it in the journal', async () => {
    const operator = new Operator()
    operator.see([ended, { ...record({ name: 'asked' }), status: null }])
    expect([operator.spans.count, await operator.memory.ended()]).toEqual([0, []])
  })

  it('leaves its span to the lines of that round alone', () => {
    const operator = new Operator()
    operator.write(begun)
    operator.write(ended)
    expect(operator.spans.spanOf('vol-1')).not.toBeNull()
    operator.spans.roundEnded()
    expect(operator.spans.spanOf('vol-1')).toBeNull()
  })
})

describe('a command', () => {
  const sent = ({ round }: Operator, migration: string | null): SentCommand => {
    let nowUs = startUs
    return {
      command: { kind: 'set-replica-count', volume: volumeId('vol'), count: 3 },
      migration,
      round,
      nowUs: () => {
        nowUs += 250_000
        return nowUs
      },
    }
  }

  it('is a child of its migration, linked to the round, until it is answered', async () => {
    const operator = new Operator()
    operator.write(story[2])
    const reply = { kind: 'done', volume: null } as const
    expect(await operator.spans.command(sent(operator, 'vol-1'), async () => reply)).toBe(reply)
    const [span] = await operator.memory.named('command set-replica-count')
    expect(span.parentSpanContext?.spanId).toBe(
      operator.spans.spanOf('vol-1')?.spanContext().spanId,
    )
    expect(linksOf(span)).toEqual([operator.roundId])
    expect(span).toMatchObject({
      attributes: { 'couchestor.volume': 'vol', 'couchestor.count': 3, 'couchestor.reply': 'done' },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(inUs(span.endTime) - inUs(span.startTime)).toBe(250_000)
  })

  it('of no migration, or of one that is not known, is a child of the round', async () => {
    const operator = new Operator()
    const pool = poolId('hot-1')
    const cordon = { replicas: true, snapshots: false, restores: false, import: false }
    const command = { kind: 'uncordon-pool', pool, scopes: cordon } as const
    for (const migration of [null, 'gone-1']) {
      const reply = { kind: 'done', volume: null } as const
      await operator.spans.command({ ...sent(operator, migration), command }, async () => reply)
    }
    const spans = await operator.memory.named('command uncordon-pool')
    expect(spans.map(span => span.parentSpanContext?.spanId)).toEqual([
      operator.roundId,
      operator.roundId,
    ])
  })

  it.each([
    [{ kind: 'refused', refusal: 'no-pool', text: 'none' } as const, 'no-pool'],
    [{ kind: 'unknown', why: 'no answer within 15 s' } as const, 'no answer within 15 s'],
  ])('that is answered %j is an error', async (reply, message) => {
    const operator = new Operator()
    await operator.spans.command(sent(operator, null), async () => reply)
    const [span] = await operator.memory.named('command set-replica-count')
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message })
    expect(span.attributes['couchestor.reply']).toBe(reply.kind)
  })
})
