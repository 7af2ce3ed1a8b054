import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fail } from '../../src/cli/failure.js'
import { defineCommands } from '../../src/cli/program.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { realTrace } from '../traces/real-traces.js'

const directory = mkdtempSync(join(tmpdir(), 'couchestor-cli-trace-'))
const cacheBefore = process.env.COUCHESTOR_CACHE
beforeAll(() => {
  process.env.COUCHESTOR_CACHE = join(directory, 'cache')
})
afterAll(() => {
  if (cacheBefore === undefined) delete process.env.COUCHESTOR_CACHE
  else process.env.COUCHESTOR_CACHE = cacheBefore
  rmSync(directory, { recursive: true, force: true })
})

/** Runs the program as its main file does, with a terminal that remembers. */
async function run(...words: readonly string[]) {
  const out: string[] = []
  const notes: string[] = []
  const terminal: Terminal = {
    answer: text => out.push(text),
    note: text => notes.push(text),
    progress: () => {},
    color: false,
    columns: 100,
  }
  let status: number
  try {
    const program = new Command('couchestor')
    const ending = defineCommands(program, terminal)
    await program.parseAsync(['node', 'couchestor', ...words])
    status = ending.status
  } catch (error) {
    status = fail(error, terminal, words.includes('--json'))
  }
  return { status, out: out.join('\n'), notes: notes.join('\n') }
}

function fileOf(name: string, content: string): string {
  const file = join(directory, name)
  writeFileSync(file, content)
  return file
}

const spc = '1,0,4096,r,0.5\n1,8,512,w,1.25\n2,0,512,W,2.0\n'
const policy = `apiVersion: storage.billyronks.io/v1
kind: StoragePolicy
metadata: {name: gold}
spec:
  hotPoolSelector: {matchLabels: {tier: hot}}
  coldPoolSelector: {matchLabels: {tier: cold}}
  highWatermarkIOPS: 1
  lowWatermarkIOPS: 0
`

describe('trace inspect', () => {
  it('answers with one document that has one trace for each file', async () => {
    const file = fileOf('one.spc', spc)
    const series = fileOf('two.csv', 'timestamp,value\n0,5\n60,6\n')
    const { status, out } = await run('trace', 'inspect', file, series, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'couchestor.trace/v1',
      traces: [
        {
          file,
          format: 'spc',
          requests: 3,
          reads: 1,
          writes: 2,
          others: 0,
          readBytes: 4096,
          writeBytes: 1024,
          volumes: 2,
          firstUs: 500_000,
          lastUs: 2_000_000,
          durationUs: 1_500_000,
          uniqueBlocks4KiB: 3,
          maxEndByte: 4608,
          sizeP99Bytes: 4096,
          peakIops1s: 1,
          warnings: [],
        },
        {
          file: series,
          format: 'series-csv',
          volumes: 1,
          points: 2,
          firstUs: 0,
          lastUs: 60_000_000,
          intervalUs: 60_000_000,
        },
      ],
    })
  })

  it('keeps its schema, whatever the trace', async () => {
    const schema: unknown = JSON.parse(readFileSync('docs/schemas/trace.json', 'utf8'))
    if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object')
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
    const far = fileOf('far.csv', '17,R,9223372036854770000,4096,1577808000000626\n')
    const manifest = fileOf('schema-policy.yaml', policy)
    const samples = ['msr.csv', 'prometheus.json', 'series.csv'].map(
      name => `traces/samples/${name}`,
    )
    for (const files of [[far], samples, ['traces/samples/cloudwatch.csv']]) {
      const args = ['trace', 'inspect', ...files, '--by', 'volume', '--policy', manifest, '--json']
      const document: unknown = JSON.parse((await run(...args)).out)
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    }
    expect(validate({ schema: 'couchestor.trace/v1', couchestor: '1', traces: [{}] })).toBe(false)
  })

  it('has the figures of the real trace in its text', async () => {
    const trace = realTrace('cloudphysics.vscsi')
    if (trace === null) return expect(trace).toBeNull()
    const { out } = await run('trace', 'inspect', trace)
    expect(out).toMatch(/requests\s+113,872/)
    expect(out).toMatch(/writes\s+66,898, 2,408,565,760 bytes/)
  })

  it('tells the load of each volume, and who would ever reach a mark', async () => {
    const file = fileOf('three.spc', spc)
    const manifest = fileOf('policy.yaml', policy)
    const args = ['trace', 'inspect', file, '--by', 'volume', '--policy', manifest]
    const { out } = await run(...args, '--json')
    const [trace] = JSON.parse(out).traces
    expect(trace.byVolume[0]).toMatchObject({ volume: '1', requests: 2, peakIops: 1 })
    expect(trace.policies[0]).toMatchObject({
      policy: 'gold',
      isShort: true,
      marks: [
        { mark: 'high', iops: 1, volumes: 1 },
        { mark: 'low', iops: 0, volumes: 0 },
      ],
    })
    expect((await run(...args)).out).toMatch(/high 1 IOPS: 1 volume was ever at or above it/)
  })

  it('names what is wrong, where, and what to do', async () => {
    const bad = fileOf('bad.spc', `${spc}1,0x10,512,r,3\n`)
    const { status, out, notes } = await run('trace', 'inspect', bad, '--json')
    expect(status).toBe(3)
    expect(notes).toMatch(
      /^error: "0x10" is not .+ \(.+bad\.spc, line 4, column 2\): .+ \[TRACE_ROW\]$/,
    )
    expect(JSON.parse(out)).toMatchObject({
      schema: 'couchestor.error/v1',
      code: 'TRACE_ROW',
      where: { file: bad, line: 4 },
    })
  })

  it('is told of wrong usage', async () => {
    const file = fileOf('four.spc', spc)
    const wrong: readonly (readonly string[])[] = [
      ['inspect'],
      ['inspect', file, '--by', 'pool'],
      ['inspect', file, '--policy', file],
      ['inspect', file, '--event', 'X'],
      ['inspect', file, '--unit', 'miles'],
      ['inspect', file, '--columns', 'time=1'],
      ['inspect', file, '--format', 'nothing'],
      ['convert', file],
      ['convert', file, file],
      ['convert', file, directory, '--force'],
      ['convert', file, '-'],
    ]
    for (const words of wrong)
      expect((await run('trace', ...words)).status, words.join(' ')).toBe(2)
  })

  it('begins its help with examples', async () => {
    for (const words of [[], ['inspect'], ['convert'], ['synthesize']]) {
      const { status, out } = await run('trace', ...words, '--help')
      expect(status).toBe(0)
      expect(out).toMatch(/^Examples:\n {2}/)
    }
  })
})

describe('trace convert and synthesize', () => {
  it('write files that can be inspected, and are the same when written again', async () => {
    const file = fileOf('five.spc', spc)
    const out = join(directory, 'five.columns')
    expect((await run('trace', 'convert', file, out)).out).toBe(`${out}: 3 requests, 2 volumes`)
    const first = readFileSync(out)
    expect((await run('trace', 'convert', file, out)).status).toBe(0)
    expect(readFileSync(out).equals(first)).toBe(true)
    const { traces } = JSON.parse((await run('trace', 'inspect', out, '--json')).out)
    expect(traces[0]).toMatchObject({ format: 'spc', requests: 3 })
  })

  it('do not write over a file that is something else', async () => {
    const file = fileOf('six.spc', spc)
    const thesis = fileOf('thesis.txt', 'ten years of work')
    expect(await run('trace', 'convert', file, thesis)).toMatchObject({
      status: 2,
      notes: expect.stringContaining('[OUT_EXISTS]'),
    })
    expect(readFileSync(thesis, 'utf8')).toBe('ten years of work')
    expect((await run('trace', 'convert', file, thesis, '--force')).status).toBe(0)
  })

  it('leave nothing behind when they fail', async () => {
    const bad = fileOf('seven.spc', `${spc}broken\n`)
    const out = join(directory, 'seven.columns')
    expect((await run('trace', 'convert', bad, out)).status).toBe(3)
    expect(existsSync(out)).toBe(false)
  })

  it('make a fleet from YAML, or say every field of it that is wrong', async () => {
    const spec = fileOf('fleet.yaml', '{volumes: 5, interval: 1h, length: 2d, seed: 7}')
    const out = join(directory, 'fleet.columns')
    expect((await run('trace', 'synthesize', spec, out)).status).toBe(0)
    const { traces } = JSON.parse((await run('trace', 'inspect', out, '--json')).out)
    expect(traces[0]).toMatchObject({
      format: 'synthetic',
      volumes: 5,
      points: 5 * 48,
      intervalUs: 3_600_000_000,
    })
    const wrong = fileOf('wrong.yaml', 'volums: 5\nseed: -1\n')
    const { status, notes } = await run('trace', 'synthesize', wrong, out)
    expect(status).toBe(3)
    expect(notes).toMatch(/line 1, volums\): did you mean volumes\?[\s\S]+line 2, seed/)
  })
})
