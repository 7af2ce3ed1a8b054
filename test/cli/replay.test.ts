/** `replay` from the command line: alike, differing, broken. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { Recorder } from '../../src/cli/operator/record.js'
import { turned } from '../live/recorded-world.js'
import { calm } from '../live/wire-stories.js'
import { repository } from '../tidy/source.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()

let text = ''

beforeAll(async () => {
  const recorders: Recorder[] = []
  await turned(calm, (ports, identity, settings) => {
    const limits = { fileBytes: 1e9, allBytes: 1e9, waitingRounds: 100_000 }
    const recorder = new Recorder(path('recording'), settings, () => {}, limits)
    recorders.push(recorder)
    return recorder.over(ports, identity)
  })
  for (const recorder of recorders) await recorder.close()
  text = readFileSync(path('recording/recording-00000001.ndjson'), 'utf8')
})

/** By its schema. */
function documentOf(out: string): Record<string, unknown> {
  const schema = readFileSync(join(repository, 'docs', 'schemas', 'replay.json'), 'utf8')
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(schema),
  )
  const document = JSON.parse(out)
  expect(validate(document) ? [] : validate.errors).toEqual([])
  return document
}

describe('replay', () => {
  it('says that all is alike, and of how much', async () => {
    const words = await run('replay', path('recording'))
    expect([words.status, words.notes]).toEqual([0, ''])
    expect(words.out).toMatch(/^\d+ rounds, \d+ decisions, \d+ starts: all alike$/)
    const { out, status } = await run('replay', path('recording'), '--json')
    expect(status).toBe(0)
    const { rounds, decisions, starts, difference } = documentOf(out)
    expect(words.out).toBe(`${rounds} rounds, ${decisions} decisions, ${starts} starts: all alike`)
    expect(difference).toBeNull()
  })

  it('ends at the first difference, and says where it is', async () => {
    const lines = text.split('\n')
    const at = lines.findIndex(line => line.includes('"verdict":"move"'))
    lines[at] = lines[at].replace('"verdict":"move"', '"verdict":"stay"')
    const changed = file('changed.ndjson', lines.join('\n'))
    const { status, out } = await run('replay', changed, '--json')
    expect(status).toBe(1)
    expect(documentOf(out).difference).toMatchObject({
      file: changed,
      line: at + 1,
      round: at,
      volume: expect.stringMatching(/^vol-/),
      what: 'decision',
      recorded: { verdict: 'stay' },
      replayed: { verdict: 'move' },
    })
    const words = await run('replay', changed)
    expect(words.status).toBe(1)
    expect(words.out).toContain(`${changed}:${at + 1}, round ${at}, 1970-01-01T`)
    expect(words.out).toMatch(/recorded: \{.*"stay".*\n {2}replayed: \{.*"move"/)
  })

  it('finds what was observed otherwise, and what was left out', async () => {
    const hotter = text.replaceAll('"lowWatermarkIops":10', '"lowWatermarkIops":1')
    const warm = await run('replay', file('hotter.ndjson', hotter), '--json')
    expect(warm.status).toBe(1)
    expect(documentOf(warm.out).difference).toMatchObject({ what: 'decision' })
    const deaf = text.replaceAll('"kind":"samples"', '"why":"none","kind":"unavailable"')
    const cold = await run('replay', file('deaf.ndjson', deaf), '--json')
    expect(cold.status).toBe(1)
    const later = text.replace(/"sinceUs":\d+/, '"sinceUs":7')
    const other = await run('replay', file('later.ndjson', later), '--json')
    expect(other.status).toBe(1)
    expect(documentOf(other.out).difference).toMatchObject({ what: 'counters', volume: null })
  })

  it('names file and line of what is no recording', async () => {
    const lines = text.split('\n')
    lines[7] = '{"kind":"round"}'
    const broken = file('broken.ndjson', lines.join('\n'))
    const { status, out } = await run('replay', broken, '--json')
    expect(status).toBe(3)
    expect(JSON.parse(out)).toMatchObject({
      code: 'HISTORY_BROKEN',
      where: { file: broken, line: 8 },
    })
    const without = text.split('\n').filter((_, place) => place !== 20)
    const gap = await run('replay', file('gap.ndjson', without.join('\n')))
    expect([gap.status, gap.notes]).toEqual([3, expect.stringContaining('round 21 follows on')])
    const harmed = await run(
      'replay',
      file('harmed.ndjson', text.replace(/"replicas":\[/, '$&null,')),
    )
    expect([harmed.status, harmed.notes]).toEqual([3, expect.stringContaining('the core stops')])
    expect((await run('replay', path('nowhere'))).status).toBe(3)
  })
})
