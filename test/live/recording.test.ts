/** Recordings of operators in virtual time: what is decided again from them, and what is found. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Difference, firstDifference } from '../../src/cli/replay/difference.js'
import type { CounterColumns } from '../../src/core/counters.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import type { OperatorSettings } from '../../src/core/settings.js'
import type { RecordedRound } from '../../src/live/recording.js'
import { countersLine, countersOf } from '../../src/live/recording-counters.js'
import { recordingSchema } from '../../src/live/recording-line.js'
import { changedList, listChanges } from '../../src/live/recording-list.js'
import { RecordingReader } from '../../src/live/recording-reader.js'
import { Replay } from '../../src/live/recording-replay.js'
import { Trail } from '../../src/live/recording-trail.js'
import { RecordingWriter } from '../../src/live/recording-writer.js'
import { recordedWorld, scenarios } from './recorded-world.js'
import { calm } from './wire-stories.js'

/** The lines of each file, where another begins every so many rounds. */
async function filesOf(
  rounds: readonly RecordedRound[],
  settings: OperatorSettings,
  every: number,
): Promise<readonly (readonly string[])[]> {
  const trail = new Trail(settings.scrapeIntervalUs)
  const replay = new Replay(settings, absorbed => trail.add(absorbed))
  const header = { schema: recordingSchema, couchestor: '1', operator: 'o', epoch: 1, settings }
  const files: string[][] = []
  let writer = new RecordingWriter()
  for (const [place, round] of rounds.entries()) {
    if (place % every === 0) {
      writer = new RecordingWriter()
      const picture = replay.picture()
      const begin = picture === null ? [] : writer.begin(picture, trail.all())
      files.push([header, ...begin].map(line => JSON.stringify(line)))
    }
    files.at(-1)?.push(JSON.stringify(writer.round(round, place + 1)))
    await replay.round(round)
  }
  return files
}

/** Columns may be longer than what counts of them. */
function trimmed(round: RecordedRound): object {
  const counters = round.counters.map(({ query, answer }) => {
    return answer.kind === 'samples'
      ? { query, untilUs: answer.untilUs, columns: countersLine(answer.columns, 0) }
      : { query, answer }
  })
  return { ...round, counters }
}

interface Compared {
  readonly rounds: readonly RecordedRound[]
  readonly differences: readonly (Difference | null)[]
}

async function compared(lines: readonly string[]): Promise<Compared> {
  const reader = new RecordingReader()
  const rounds: RecordedRound[] = []
  const differences: (Difference | null)[] = []
  let replay: Replay | null = null
  for (const line of lines) {
    const entry = reader.take(line)
    if (entry.kind === 'broken') throw new Error(entry.why)
    if (entry.kind === 'header') replay = new Replay(entry.header.settings)
    if (entry.kind === 'memory') replay?.restore(entry.picture)
    if (entry.kind === 'absorbed') replay?.absorb(entry.absorbed)
    if (entry.kind !== 'round' || replay === null) continue
    rounds.push(entry.round)
    differences.push(firstDifference(entry.round, await replay.round(entry.round)))
  }
  return { rounds, differences }
}

describe('a recording', () => {
  it('of any rounds is decided alike, each of its files alone', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.integer({ min: 1, max: 60 }), async (scenario, every) => {
        const { rounds, settings } = await recordedWorld(scenario)
        const files = await filesOf(rounds, settings, every)
        const all = await Promise.all(files.map(compared))
        expect(all.flatMap(one => one.differences).filter(one => one !== null)).toEqual([])
        const read = all.flatMap(one => one.rounds)
        expect(read.length).toBe(rounds.length)
        expect(read.map(trimmed)).toEqual(rounds.map(trimmed))
      }),
      { numRuns: 40 },
    )
  })

  it('holds decisions, starts and counters of every kind', async () => {
    const { rounds, small } = await recordedWorld(calm)
    const told = small.world.history.entries.filter(one => one.kind === 'decision')
    expect(rounds.flatMap(round => round.decisions)).toEqual(told.map(one => one.decision))
    const claimed = small.world.journal.records().map(record => record.name)
    const starts = rounds.flatMap(round => round.starts.map(start => start.name))
    expect(starts.toSorted()).toEqual(claimed.toSorted())
    expect(starts.length).toBeGreaterThan(1)
    expect(rounds.some(round => round.counters.length > 0)).toBe(true)
  })

  it('begins a file with all that the core remembers', async () => {
    const { rounds, settings } = await recordedWorld(calm)
    const before = new Replay(settings)
    for (const round of rounds.slice(0, 50)) await before.round(round)
    const picture = before.picture()
    if (picture === null) throw new Error('fifty rounds leave something')
    expect(picture.volumes.some(one => one.toldVerdict === 'stay')).toBe(true)
    const fullTiers = ['tiers/hot']
    const [conditions, areConditionsTold] = [[['tiers/PoolsDistinct', 'why']] as const, false]
    const told = { ...picture, fullTiers, conditions, areConditionsTold }
    const after = new Replay(settings)
    after.restore(told)
    const volumes = told.volumes.map(one => ({ ...one, heatIndex: -1, heatWindowUs: 0 }))
    expect(after.picture()).toEqual({ ...told, volumes })
  })

  it('names what did not change by its place', async () => {
    const { rounds, settings } = await recordedWorld(calm)
    const [lines] = await filesOf(rounds, settings, rounds.length)
    const told = lines.filter(line => line.includes('"pools":null'))
    expect(told.length).toBeGreaterThan(rounds.length / 2)
  })

  it('in which any number of a decision or a start is changed differs there', async () => {
    const { rounds, settings } = await recordedWorld(calm)
    const [lines] = await filesOf(rounds, settings, rounds.length)
    const places = lines.flatMap((line, place) => {
      const value: unknown = JSON.parse(line)
      return numbersIn(pick(value)).map(path => ({ place, path }))
    })
    expect(places.length).toBeGreaterThan(50)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(1, -1, 0.5), async (at, by) => {
        const changed = lines.map((line, place) =>
          place === at.place ? JSON.stringify(added(JSON.parse(line), at.path, by)) : line,
        )
        const { differences } = await compared(changed)
        const found = differences.findIndex(one => one !== null)
        expect(found).toBe(at.place - 1)
        expect(differences[found]?.what).toBe(at.path[0] === 'starts' ? 'start' : 'decision')
      }),
      { numRuns: 20 },
    )
  })
})

type Path = readonly (string | number)[]

function pick(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('decisions' in value)) return null
  return { decisions: value.decisions, starts: 'starts' in value ? value.starts : null }
}

function numbersIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'number') return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => numbersIn(one, [...path, key]))
}

function added(value: unknown, [key, ...rest]: Path, by: number): unknown {
  if (key === undefined) return Number(value) + by
  if (Array.isArray(value)) {
    return value.map((one, place) => (place === Number(key) ? added(one, rest, by) : one))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, one]) => [name, name === key ? added(one, rest, by) : one]),
  )
}

describe('lists', () => {
  it('come back equal, and with the same objects where they were the same', () => {
    const picks = fc.array(fc.oneof(fc.nat(9), fc.constant('new' as const)), { maxLength: 15 })
    fc.assert(
      fc.property(fc.nat(10), picks, (count, chosen) => {
        const before = Array.from({ length: count }, (_, at) => ({ at }))
        const now = chosen.map((one, at) =>
          one === 'new' || before[one] === undefined ? { at: 100 + at } : before[one],
        )
        const back = changedList(before, listChanges(before, now))
        expect(back).toEqual(now)
        for (const [place, item] of now.entries()) {
          if (before.includes(item)) expect(back?.[place]).toBe(item)
        }
      }),
    )
    const same = [{ at: 1 }]
    expect(listChanges(same, same)).toBeNull()
    expect(changedList(same, null)).toBe(same)
    expect(changedList(same, [{ from: 0, count: 2 }])).toBeNull()
  })
})

describe('columns of counters', () => {
  const series = ['a', 'b', 'c'].map(name => ({
    ...{ volume: volumeId(name), node: nodeId('n'), operation: 'read' as const },
  }))

  it('come back as they were, whatever they hold', () => {
    const row = fc.record({
      index: fc.nat(2),
      instantUs: fc.integer({ min: 0, max: 2e15 }),
      value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN)),
    })
    fc.assert(
      fc.property(fc.array(row), rows => {
        const columns: CounterColumns = {
          series,
          count: rows.length,
          seriesIndex: Uint32Array.from(rows, one => one.index),
          instantUs: Float64Array.from(rows, one => one.instantUs),
          // JSON has one zero.
          value: Float64Array.from(rows, one => one.value + 0),
        }
        const line = JSON.parse(JSON.stringify(countersLine(columns, 1)))
        expect(line.newSeries).toEqual(series.slice(1))
        expect(countersOf(line, series)).toEqual(columns)
        if (rows.length > 0) expect(countersOf({ ...line, values: [] }, series)).toBeNull()
      }),
    )
  })
})

describe('what is no recording', () => {
  it('is told from one, line by line', async () => {
    const { rounds, settings } = await recordedWorld({ ...calm, lengthMinutes: 10 })
    const [[header, first, second]] = await filesOf(rounds, settings, rounds.length)
    const kinds = (...lines: readonly string[]): readonly string[] => {
      const reader = new RecordingReader()
      return lines.map(line => reader.take(line).kind)
    }
    expect(kinds(header, first, second)).toEqual(['header', 'round', 'round'])
    expect(kinds(first)).toEqual(['broken'])
    expect(kinds(header, second)).toEqual(['header', 'broken'])
    expect(kinds(header, first.slice(0, -5))).toEqual(['header', 'broken'])
    expect(kinds(header, first.replace('"replicas":[', '"replica":['))).toEqual([
      'header',
      'broken',
    ])
    expect(kinds(header, '{}', 'null', '')).toEqual(['header', 'broken', 'broken', 'broken'])
    expect(kinds(header.replace('/v1', '/v2'))).toEqual(['broken'])
  })
})
