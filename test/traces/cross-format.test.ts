import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operations } from '../../traces/batch.js'
import { parseColumns } from '../../traces/formats/columns.js'
import { fileOf, requestsOf, rowsOf } from './workbench.js'

interface Request {
  readonly timeUs: number
  readonly isRead: boolean
  readonly sector: bigint
  readonly sectors: number
}

/** What every format can write: times in ascending order, offsets and lengths in sectors. */
const requests = fc
  .array(
    fc.record({
      timeUs: fc.integer({ min: 0, max: 5_000_000_000 }),
      isRead: fc.boolean(),
      sector: fc.bigInt({ min: 0n, max: (1n << 54n) - 1n }),
      // The longest touches a million blocks, which is much to count in each of many runs.
      sectors: fc.oneof(
        { weight: 200, arbitrary: fc.integer({ min: 1, max: 2048 }) },
        { weight: 1, arbitrary: fc.constant(8_388_607) },
      ),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map(rows => [...rows].sort((a, b) => a.timeUs - b.timeUs))

interface Writer {
  readonly format: string
  /** The resolution of its clock. */
  readonly tickUs: number
  readonly epochUs: number
  readonly volume: string
  write(rows: readonly Request[]): string | Uint8Array
}

const epochUs = 1_577_808_000_000_000
const bytes = (sector: bigint): string => String(sector * 512n)
const seconds = (us: number): string =>
  `${Math.floor(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}`
const lines = (rows: readonly Request[], line: (row: Request) => string): string =>
  `${rows.map(line).join('\n')}\n`
const plain = { tickUs: 1, epochUs: 0 }

const writers: readonly Writer[] = [
  {
    ...plain,
    format: 'msr',
    epochUs,
    volume: 'web:0',
    write: rows =>
      lines(rows, row => {
        const ticks = (BigInt(row.timeUs + epochUs) + 11_644_473_600_000_000n) * 10n + 7n
        const words = [ticks, 'web', 0, row.isRead ? 'Read' : 'Write', bytes(row.sector)]
        return [...words, row.sectors * 512, 1234].join(',')
      }),
  },
  {
    ...plain,
    format: 'alibaba-2020',
    epochUs,
    volume: '17',
    write: rows =>
      lines(rows, row =>
        [
          17,
          row.isRead ? 'R' : 'W',
          bytes(row.sector),
          row.sectors * 512,
          row.timeUs + epochUs,
        ].join(),
      ),
  },
  {
    format: 'tencent-cbs',
    tickUs: 1_000_000,
    epochUs,
    volume: '1283',
    write: rows =>
      lines(rows, row =>
        [
          Math.floor((row.timeUs + epochUs) / 1_000_000),
          row.sector,
          row.sectors,
          row.isRead ? 0 : 1,
          1283,
        ].join(),
      ),
  },
  {
    format: 'cloudphysics-csv',
    tickUs: 1_000_000,
    epochUs: 0,
    volume: 'disk',
    write: rows =>
      `version,time,op,size,lbn\n${lines(rows, row =>
        [
          256,
          Math.floor(row.timeUs / 1_000_000),
          row.isRead ? '28' : '2a',
          row.sectors * 512,
          row.sector,
        ].join(),
      )}`,
  },
  {
    ...plain,
    format: 'systor17',
    epochUs,
    volume: '4',
    write: rows =>
      lines(rows, row =>
        [
          seconds(row.timeUs + epochUs),
          '0.000123',
          row.isRead ? 'R' : 'W',
          4,
          bytes(row.sector),
          row.sectors * 512,
        ].join(),
      ),
  },
  {
    ...plain,
    format: 'spc',
    volume: '3',
    write: rows =>
      lines(rows, row =>
        [3, row.sector, row.sectors * 512, row.isRead ? 'r' : 'W', seconds(row.timeUs)].join(),
      ),
  },
  {
    ...plain,
    format: 'fiu',
    volume: '8:0',
    write: rows =>
      lines(rows, row =>
        [
          `${row.timeUs}999`,
          42,
          'postgres',
          row.sector,
          row.sectors,
          row.isRead ? 'R' : 'W',
          8,
          0,
          'd41d8cd98f00b204e9800998ecf8427e',
        ].join(' '),
      ),
  },
  {
    ...plain,
    format: 'mqsim-ascii-ns',
    volume: '2',
    write: rows =>
      lines(rows, row =>
        [`${row.timeUs}000`, 2, row.sector, row.sectors, row.isRead ? 1 : 0].join('\t'),
      ),
  },
  {
    ...plain,
    format: 'disksim-ascii-ms',
    volume: '2',
    write: rows =>
      lines(rows, row => {
        const ms = `${Math.floor(row.timeUs / 1000)}.${String(row.timeUs % 1000).padStart(3, '0')}`
        return [ms, 2, row.sector, row.sectors, row.isRead ? 1 : 0].join(' ')
      }),
  },
  {
    ...plain,
    format: 'fio-iolog',
    volume: '/dev/sda',
    write: rows =>
      `fio version 3 iolog\n0 /dev/sda add\n0 /dev/sda open\n${lines(rows, row =>
        [
          row.timeUs,
          '/dev/sda',
          row.isRead ? 'read' : 'write',
          bytes(row.sector),
          row.sectors * 512,
        ].join(' '),
      )}`,
  },
  {
    ...plain,
    format: 'blkparse',
    volume: '8,0',
    write: rows =>
      `${lines(rows, row =>
        [
          `  8,0    1       12   ${seconds(row.timeUs)}123   697  D`,
          row.isRead ? 'R' : 'WS',
          `${row.sector} + ${row.sectors} [kworker]`,
        ].join('  '),
      )}CPU0 (8,0):\n Reads Queued: 1, 4KiB\n`,
  },
  { ...plain, format: 'vscsi-v1', volume: 'disk', write: rows => records(rows, 32) },
  { ...plain, format: 'vscsi-v2', volume: 'disk', write: rows => records(rows, 40) },
]

function records(rows: readonly Request[], length: 32 | 40): Uint8Array {
  const all = Buffer.alloc(rows.length * length)
  rows.forEach((row, index) => {
    const at = index * length
    all.writeUInt16LE(row.isRead ? 0x28 : 0x2a, at + (length === 32 ? 12 : 0))
    all.writeUInt16LE(length === 32 ? 0x0100 : 0x0200, at + (length === 32 ? 14 : 2))
    all.writeUInt32LE(row.sectors * 512, at + (length === 32 ? 4 : 8))
    all.writeBigUInt64LE(row.sector, at + 16)
    all.writeBigUInt64LE(BigInt(row.timeUs), at + 24)
  })
  return all
}

describe('one set of requests written in every format', () => {
  for (const writer of writers) {
    it(`reads back the same from ${writer.format}`, async () => {
      await fc.assert(
        fc.asyncProperty(requests, async rows => {
          const source = await requestsOf([fileOf(writer.write(rows))])
          expect(source.footer.format).toBe(writer.format)
          const read = rowsOf(source).map(({ responseUs: _, ...row }) => row)
          const wanted = rows.map(row => ({
            timeUs: Math.floor(row.timeUs / writer.tickUs) * writer.tickUs + writer.epochUs,
            volume: writer.volume,
            operation: row.isRead ? operations.read : operations.write,
            offset: row.sector * 512n,
            length: row.sectors * 512,
          }))
          expect(read).toEqual(wanted)
        }),
        { numRuns: 25 },
      )
    })
  }

  it('reads back the same by --columns, by number and by name', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.constantFrom(',', ';', '\t', ' '), async (rows, separator) => {
        const text = lines(rows, row =>
          [
            row.isRead ? 'read' : 'write',
            `vol-${row.sectors % 3}`,
            bytes(row.sector),
            row.sectors,
            row.timeUs,
          ].join(separator),
        )
        const header = ['what', 'who', 'where', 'many', 'when'].join(separator)
        const byNumber = 'time=5:us,volume=2,op=1,offset=3:bytes,length=4:sectors'
        const byName = 'time=when:us,volume=who,op=what,offset=where:bytes,length=many:sectors'
        const numbered = rowsOf(
          await requestsOf([fileOf(text)], { columns: parseColumns(byNumber) }),
        )
        const called = rowsOf(
          await requestsOf([fileOf(`${header}\r\n${text}`)], { columns: parseColumns(byName) }),
        )
        expect(called).toEqual(numbered)
        expect(numbered.map(row => [row.timeUs, row.offset, row.length])).toEqual(
          rows.map(row => [row.timeUs, row.sector * 512n, row.sectors * 512]),
        )
      }),
      { numRuns: 25 },
    )
  })

  it('takes a byte-order mark, CRLF, gz and blank lines for harmless', async () => {
    const text = '3,8,4096,r,0.5\n3,16,4096,w,0.6'
    const plainRows = rowsOf(await requestsOf([fileOf(text)]))
    const odd = `\ufeff${text.replaceAll('\n', '\r\n')}\r\n\r\n`
    expect(rowsOf(await requestsOf([fileOf(odd)]))).toEqual(plainRows)
    expect(rowsOf(await requestsOf([fileOf(gzipSync(text))]))).toEqual(plainRows)
    expect(plainRows).toHaveLength(2)
  })
})

describe('response times', () => {
  it('are ticks of 100 ns in MSR, and seconds in SYSTOR', async () => {
    const msr = '128166372003061629,web,0,Read,0,4096,1239\n'
    expect(rowsOf(await requestsOf([fileOf(msr)]))[0]).toMatchObject({
      // 2007-02-22T17:00:00.306Z, as Caffeine's test of its reader has it.
      timeUs: 1_172_163_600_306_162,
      responseUs: 123,
    })
    const systor = '1455592202.5,0.000250,R,1,0,4096\n1455592203.5,,,1,0,4096\n'
    const source = await requestsOf([fileOf(systor)])
    expect(source.footer.warnings).toEqual([
      { code: 'TRACE_ROW_SKIPPED', count: 1, first: { line: 2 } },
    ])
    expect(rowsOf(source).map(row => row.responseUs)).toEqual([250])
  })
})
