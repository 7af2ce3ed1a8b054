/** Files of a recording: a new one in time, the oldest gone, and no disk that stops an operator. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Recorder, type RecordingLimits, usualLimits } from '../../../src/cli/operator/record.js'
import type { LogLine } from '../../../src/live/log-line.js'
import { turned } from '../../live/recorded-world.js'
import { calm } from '../../live/wire-stories.js'
import type { SmallWorld } from '../../sim/small-world.js'
import { run, scratch } from '../in-process.js'

const { file, path } = scratch()

/** Virtual time waits for no disk. */
const patient = { waitingRounds: 100_000 }

interface Recorded {
  readonly small: SmallWorld
  readonly told: readonly LogLine[]
}

async function record(directory: string, limits: Partial<RecordingLimits>): Promise<Recorded> {
  const told: LogLine[] = []
  const recorders: Recorder[] = []
  const small = await turned(calm, (ports, identity, settings) => {
    const all = { ...usualLimits, ...patient, ...limits }
    const recorder = new Recorder(directory, settings, line => told.push(line), all)
    recorders.push(recorder)
    return recorder.over(ports, identity)
  })
  for (const recorder of recorders) await recorder.close()
  return { small, told }
}

const namesIn = (directory: string): readonly string[] => readdirSync(directory).sort()

describe('files of a recording', () => {
  it('follow one another, and each is decided alike alone', async () => {
    const directory = path('rotated')
    const { told } = await record(directory, { fileBytes: 40_000 })
    expect(told).toEqual([])
    const names = namesIn(directory)
    expect(names.length).toBeGreaterThan(3)
    let rounds = 0
    for (const name of names) {
      const one = await run('replay', join(directory, name), '--json')
      expect(one.status, one.out).toBe(0)
      rounds += JSON.parse(one.out).rounds
    }
    const all = await run('replay', directory, '--json')
    expect(all.status).toBe(0)
    expect(JSON.parse(all.out).rounds).toBe(rounds)
  })

  it('stay under the cap: the oldest are gone', async () => {
    const directory = path('capped')
    await record(directory, { fileBytes: 40_000, allBytes: 200_000 })
    const names = namesIn(directory)
    expect(names).not.toContain('recording-00000001.ndjson')
    const bytes = names.map(name => statSync(join(directory, name)).size)
    const newest = bytes.at(-1) ?? 0
    expect(bytes.reduce((sum, one) => sum + one, 0) - newest).toBeLessThanOrEqual(200_000 - 40_000)
    expect((await run('replay', directory)).status).toBe(0)
  })

  it('of a later operator come after those of the one before', async () => {
    const directory = path('later')
    await record(directory, {})
    await record(directory, {})
    expect(namesIn(directory)).toEqual(['recording-00000001.ndjson', 'recording-00000002.ndjson'])
    const { status, out } = await run('replay', directory)
    expect([status, out.endsWith('all alike')]).toEqual([0, true])
  })
})

describe('a disk that fails', () => {
  it('is told once, and the operator goes on', async () => {
    const directory = join(file('a-file', ''), 'below')
    const { small, told } = await record(directory, {})
    expect(told.map(line => [line.level, line.message])).toEqual([
      ['warn', 'nothing more is recorded'],
    ])
    expect(String(told[0].fields.why)).toContain('ENOTDIR')
    const { small: undisturbed } = await record(path('undisturbed'), {})
    expect(small.world.history.entries).toEqual(undisturbed.world.history.entries)
  })

  it('is told once where it does not keep up', async () => {
    const { told } = await record(path('slow'), { waitingRounds: 3 })
    expect(told.map(line => line.fields.why)).toEqual(['the disk does not keep up'])
  })
})

describe('what a kill leaves', () => {
  it('is a last line that breaks off: it is passed over with a note', async () => {
    const directory = path('killed')
    await record(directory, {})
    const name = join(directory, namesIn(directory)[0])
    const text = readFileSync(name, 'utf8')
    const lines = text.trimEnd().split('\n').length
    writeFileSync(name, text.slice(0, -30))
    const { status, out, notes } = await run('replay', directory)
    expect(notes).toBe(`${name}:${lines} breaks off, and is passed over`)
    expect(status).toBe(0)
    expect(out).toContain(`${lines - 2} rounds, `)
    rmSync(directory, { recursive: true })
  })
})
