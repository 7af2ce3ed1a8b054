/** What `explain` says from a recording: as the operator told it, at any time of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { Recorder } from '../../src/cli/operator/record.js'
import { turned } from '../live/recorded-world.js'
import { calm } from '../live/wire-stories.js'
import type { SmallWorld } from '../sim/small-world.js'
import { minute } from '../sim/small-world.js'
import { repository } from '../tidy/source.js'
import { run, scratch } from './in-process.js'

const { path } = scratch()
const schema = readFileSync(join(repository, 'docs', 'schemas', 'explanation.json'), 'utf8')
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema))
const directory = path('recording')

let small: SmallWorld

beforeAll(async () => {
  const recorders: Recorder[] = []
  small = await turned(calm, (ports, identity, settings) => {
    const limits = { fileBytes: 40_000, allBytes: 1e9, waitingRounds: 100_000 }
    const recorder = new Recorder(directory, settings, () => {}, limits)
    recorders.push(recorder)
    return recorder.over(ports, identity)
  })
  for (const recorder of recorders) await recorder.close()
})

interface Explained {
  readonly volume: string
  readonly run: string
  readonly decision: object | null
  readonly decisions: readonly object[]
  readonly migrations: readonly { readonly name: string; readonly outcome: string | null }[]
}

async function explained(...words: readonly string[]): Promise<Explained> {
  const { status, out, notes } = await run('explain', ...words, '--in', directory, '--json')
  expect([status, notes]).toEqual([0, ''])
  const document = JSON.parse(out)
  expect(validate(document) ? [] : validate.errors).toEqual([])
  return document
}

describe('explain from a recording', () => {
  it('tells every decision that the operator told, and its migrations', async () => {
    for (const volume of ['vol-0', 'vol-1', 'vol-2', 'vol-3']) {
      const { decisions, migrations } = await explained(volume)
      const told = small.world.history.entries.flatMap(one =>
        one.kind === 'decision' && one.decision.volume === volume
          ? [{ ...one.decision, atUs: one.atUs }]
          : [],
      )
      expect(decisions).toEqual(told)
      const all = small.world.journal.records().filter(one => one.spec.volume === volume)
      expect(migrations.map(one => [one.name, one.outcome])).toEqual(
        all.map(record => [record.name, record.status?.outcome]),
      )
    }
    expect((await explained('vol-1')).migrations.length).toBeGreaterThan(0)
  })

  it('knows what was in force at a time', async () => {
    const { decisions } = await explained('vol-2')
    const early = await explained('vol-2', '--at', '20m')
    expect(early.decisions).toEqual(
      decisions.filter(one => 'atUs' in one && Number(one.atUs) <= 20 * minute),
    )
    expect(early.decision).toEqual(early.decisions.at(-1))
    expect(early.decisions.length).toBeLessThan(decisions.length)
  })

  it('says it in words', async () => {
    const { out } = await run('explain', 'vol-1', '--in', directory)
    expect(out).toMatch(/^vol-1 at 1970-01-01T\S+, recorded by operator-1\nstays on cold \[/)
    expect(out).toMatch(/Its migrations, newest first:\n.*vol-1-1: hot → cold/)
  })

  it('refuses what it does not have', async () => {
    const other = await run('explain', 'vol-9', '--in', directory)
    expect([other.status, other.notes]).toEqual([2, expect.stringContaining('did you mean vol-')])
    const named = await run('explain', 'vol-1', '--in', directory, '--run', 'tiers')
    expect([named.status, named.notes]).toEqual([2, expect.stringContaining('has no runs')])
    const live = await run('explain', 'vol-1', '--at', '3h')
    expect([live.status, live.notes]).toEqual([2, expect.stringContaining('has no past')])
  })
})
