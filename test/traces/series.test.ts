import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUnit } from '../../traces/formats/series/unit.js'
import { fileOf, pointsOf, refusalOf, seriesOf } from './workbench.js'

const minuteUs = 60_000_000

interface PromSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

const answer = (...result: readonly PromSeries[]): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })

const counter = (
  name: string,
  values: readonly (readonly [number, string])[],
  labels: Readonly<Record<string, string>> = {},
): PromSeries => ({ metric: { __name__: name, pv_name: 'pvc-1', ...labels }, values })

describe('a Prometheus range query', () => {
  type Grown = readonly [number, number]

  /** A counter that grows by what is picked, a minute a step. */
  const total = (name: string, growth: readonly Grown[], pick: (grown: Grown) => number) => {
    let sum = 12_345
    const sums = [sum, ...growth.map(grown => (sum += pick(grown)))]
    return counter(
      name,
      sums.map((value, step) => [1_700_000_000 + step * 60, String(value)] as const),
    )
  }

  it('tells operations in intervals from counters', async () => {
    const growths = fc.array(fc.tuple(fc.nat({ max: 100_000 }), fc.nat({ max: 100_000 })), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(growths, async growth => {
        const file = fileOf(
          answer(
            total('volume_num_read_ops', growth, grown => grown[0]),
            total('volume_num_write_ops', growth, grown => grown[1]),
            total('volume_bytes_read', growth, grown => grown[0] * 2),
            total('volume_bytes_written', growth, grown => grown[1] * 3),
          ),
        )
        const source = await seriesOf([file])
        expect(source.intervalUs).toBe(minuteUs)
        expect(source.volumes).toEqual(['pvc-1'])
        expect(source.footer.points).toBe(4 * (growth.length + 1))
        expect(pointsOf(source)).toEqual(
          growth.map(([reads, writes], step) => ({
            startUs: (1_700_000_000 + step * 60) * 1_000_000,
            volume: 'pvc-1',
            reads,
            writes,
            readBytes: reads * 2,
            writeBytes: writes * 3,
          })),
        )
      }),
      { numRuns: 25 },
    )
  })

  it('counts on from a reset, and leaves gaps as gaps', async () => {
    const values = [
      [0, '1000'],
      [60, '1600'],
      [120, '40'],
      [180, 'NaN'],
      [240, '100'],
      [600, '900'],
      [660, '930'],
    ] as const
    const file = fileOf(
      answer(counter('volume_num_read_ops', values), {
        metric: { __name__: 'volume_read_latency_us', pv_name: 'pvc-1' },
        values: [[0, '7']],
      }),
    )
    const source = await seriesOf([file])
    expect(source.footer.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['TRACE_GAP', 1],
      ['TRACE_IGNORED', 1],
      ['TRACE_RESET', 1],
    ])
    const points = pointsOf(source).map(({ startUs, reads }) => [startUs / minuteUs, reads])
    // Two intervals without a sample between are still covered; six are not.
    expect(points).toEqual([
      [0, 600],
      [1, 40],
      [2, 30],
      [3, 30],
      [10, 30],
    ])
  })

  it('adds up a volume whose target changed its node', async () => {
    const a = [0, 60, 120].map(second => [second, String(second)] as const)
    const b = [60, 120, 180].map(second => [second, String(second * 10)] as const)
    const file = fileOf(
      answer(
        counter('volume_num_write_ops', a, { node: 'node-1' }),
        counter('volume_num_write_ops', b, { node: 'node-2' }),
      ),
    )
    expect(pointsOf(await seriesOf([file])).map(point => point.writes)).toEqual([60, 660, 600])
  })

  it('takes rates by name, by --rates or by --unit', async () => {
    const values = [
      [0, '2.5'],
      [60, '10'],
    ] as const
    const byName = fileOf(answer(counter('pv_name:volume_read_ops:rate1h', values)))
    expect(pointsOf(await seriesOf([byName])).map(point => point.reads)).toEqual([150, 600])
    const byFlag = fileOf(answer(counter('volume_num_write_ops', values)))
    const written = pointsOf(await seriesOf([byFlag], { rates: true }))
    expect(written.map(point => [point.reads, point.writes])).toEqual([
      [0, 150],
      [0, 600],
    ])
    const unnamed = fileOf(answer({ metric: { pv_name: 'pvc-1' }, values }))
    expect(await refusalOf([unnamed])).toMatchObject({ code: 'TRACE_UNIT_MISSING' })
    const said = pointsOf(await seriesOf([unnamed], { unit: parseUnit('write-iops') }))
    expect(said.map(point => point.writes)).toEqual([150, 600])
  })

  it('takes several answers in one file', async () => {
    const one = answer(
      counter('volume_num_read_ops', [
        [0, '0'],
        [60, '6'],
      ]),
    )
    const two = answer(
      counter('volume_num_read_ops', [
        [120, '9'],
        [180, '9'],
      ]),
    )
    const points = pointsOf(await seriesOf([fileOf(`${one}\n${two}\n`)]))
    expect(points.map(point => point.reads)).toEqual([6, 3, 0])
  })

  const broken: readonly (readonly [string, string, string])[] = [
    ['an error', '{"status":"error","errorType":"bad_data","error":"oops"}', 'TRACE_OTHER_KIND'],
    [
      'a vector',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      'TRACE_OTHER_KIND',
    ],
    ['no series', answer(), 'TRACE_EMPTY'],
    ['a cut answer', answer(counter('volume_num_read_ops', [[0, '1']])).slice(0, -12), 'TRACE_CUT'],
    ['a cut text', answer(counter('volume_num_read_ops', [[0, '1']])).slice(0, 60), 'TRACE_CUT'],
    ['a negative value', answer(counter('volume_num_read_ops', [[0, '-1']])), 'TRACE_ROW'],
    ['a hex value', answer(counter('volume_num_read_ops', [[0, '0x10']])), 'TRACE_ROW'],
    ['an empty value', answer(counter('volume_num_read_ops', [[0, '']])), 'TRACE_ROW'],
    ['no volume', answer({ metric: { __name__: 'volume_num_read_ops' }, values: [] }), 'TRACE_ROW'],
    ['one instant', answer(counter('volume_num_read_ops', [[0, '1']])), 'TRACE_SERIES_SHORT'],
    [
      'values that are numbers',
      answer(counter('volume_num_read_ops', [[0, '1']])).replace('"1"]', '1]'),
      'TRACE_ROW',
    ],
    ['no JSON', '{"status": success}', 'TRACE_ROW'],
    ['a missing comma', '{"status":"success" "data":{}}', 'TRACE_ROW'],
  ]
  for (const [what, text, code] of broken) {
    it(`is refused with its byte when it has ${what}`, async () => {
      const file = fileOf(text)
      const error = await refusalOf([file])
      expect(error.code).toBe(code)
      expect(error.where.file).toBe(file)
      if (code === 'TRACE_ROW') expect(error.where.byte).toBeGreaterThan(0)
    })
  }
})

describe('a series as text', () => {
  it('is long, with a row for each volume and instant', async () => {
    const text = [
      'timestamp,volume,read_iops,write_iops,read_bytes,write_bytes',
      '1700000000,b,1,2,3,4',
      '1700000000,a,5,6,,',
      '1700000300,b,7,NaN,9,10',
      '1700000300,a,0.5,0,0,0',
    ].join('\n')
    const source = await seriesOf([fileOf(text)])
    expect(source.footer).toMatchObject({ points: 4, intervalUs: 300_000_000 })
    expect(source.footer.warnings).toEqual([{ code: 'TRACE_GAP', count: 3, first: { line: 3 } }])
    const nan = Number.NaN
    expect(pointsOf(source).map(point => Object.values(point).slice(1))).toEqual([
      ['b', 300, 600, 3, 4],
      ['a', 1500, 1800, nan, nan],
      ['a', 150, 0, 0, 0],
    ])
  })

  it('is one volume, as CloudWatch writes it, whose unit must be said', async () => {
    const text = [
      'timestamp,value',
      '2014-03-01 17:34:00,0.0',
      '2014-03-01 17:39:00,32768',
      '2014-03-01T17:44:00Z,1e3\n',
    ].join('\n')
    const file = fileOf(text, 'ec2_disk_write_bytes.csv')
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_UNIT_MISSING' })
    const source = await seriesOf([file], { unit: parseUnit('write-bytes') })
    expect(source.firstUs).toBe(1_393_695_240_000_000)
    expect(source.footer.warnings.map(warning => warning.code)).toEqual([
      'TRACE_OPERATIONS_ASSUMED',
    ])
    expect(pointsOf(source).map(point => [point.reads, point.writes, point.writeBytes])).toEqual([
      [0, 0, 0],
      [0, 2, 32_768],
      [0, 1000 / 16_384, 1000],
    ])
    const looked = await seriesOf([file], { unitNeeded: false })
    expect(looked.footer.points).toBe(3)
    expect(looked.footer.warnings.map(warning => warning.code)).toContain('TRACE_UNIT_MISSING')
  })

  it('is Bitbrains’: semicolons and tabs, seconds where the header says milliseconds', async () => {
    const text = [
      'Timestamp [ms];\tCPU cores;\tDisk read throughput [KB/s];\tDisk write throughput [KB/s]',
      '1376314846;\t4;\t0.0;\t16',
      '1376315146;\t4;\t32;\t0',
    ].join('\n')
    const source = await seriesOf([fileOf(text, 'vm-7.csv')])
    expect(source.intervalUs).toBe(300_000_000)
    expect(source.volumes[0]).toMatch(/vm-7$/)
    expect(pointsOf(source).map(point => [point.reads, point.writes])).toEqual([
      [0, 300],
      [600, 0],
    ])
  })

  it('is Tencent’s without a header, by --format', async () => {
    const text = '1593748800,10,160,5,80,1000\n1593749100,0,0,1,16,1000\n'
    const source = await seriesOf([fileOf(text)], { format: 'tencent-cloud-volumes' })
    expect(pointsOf(source).map(point => [point.reads, point.writes, point.readBytes])).toEqual([
      [3000, 1500, 160 * 1024 * 300],
      [0, 300, 0],
    ])
  })

  const broken: readonly (readonly [string, string])[] = [
    ['a hex value', '300,a,0x10,1'],
    ['a negative value', '300,a,-1,1'],
    ['a value that overflows', '300,a,1e999,1'],
    ['no volume', '300,,1,1'],
    ['a missing field', '300,a,1'],
    ['no such day', '2014-02-30 00:00:00,a,1,1'],
    ['a word for a time', 'yesterday,a,1,1'],
  ]
  for (const [what, row] of broken) {
    it(`is refused by its line when it has ${what}`, async () => {
      const file = fileOf(`timestamp,volume,read_iops,write_iops\n0,a,1,1\n${row}\n`)
      expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { file, line: 3 } })
    })
  }

  it('takes units only as they are written', () => {
    expect(parseUnit('read-bytes-per-second')).toEqual({
      quantity: 'readBytes',
      kind: 'rate',
      scale: 1,
    })
    for (const wrong of ['', 'read', 'miles', 'read-', 'IOPS']) {
      expect(() => parseUnit(wrong)).toThrow(/there is no unit/)
    }
  })
})
