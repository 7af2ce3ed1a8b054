import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { plainOptions } from '../../traces/convert.js'
import { parseColumns } from '../../traces/formats/columns.js'
import { openColumns } from '../../traces/open-columns.js'
import { openTrace } from '../../traces/open-trace.js'
import { fileOf, newPath, pointsOf, refusalOf, requestsOf, rowsOf } from './workbench.js'

const row = (offset: string, length = '4096', time = '1577808000000626', op = 'R'): string =>
  `17,${op},${offset},${length},${time}\n`

describe('a file that is no trace', () => {
  it('is refused when it is missing, a directory, a pipe or empty', async () => {
    expect(await refusalOf([newPath('missing')])).toMatchObject({ code: 'FILE_MISSING' })
    const directory = newPath('directory')
    mkdirSync(directory)
    expect(await refusalOf([directory])).toMatchObject({ code: 'TRACE_NOT_A_FILE' })
    const pipe = newPath('pipe')
    execFileSync('mkfifo', [pipe])
    expect(await refusalOf([pipe])).toMatchObject({ code: 'TRACE_NOT_A_FILE' })
    const file = fileOf('')
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_EMPTY', where: { file } })
    expect(await refusalOf([fileOf(gzipSync(''))])).toMatchObject({ code: 'TRACE_EMPTY' })
    expect(await refusalOf([fileOf('version,time,op,size,lbn\n')])).toMatchObject({
      code: 'TRACE_EMPTY',
    })
  })

  it('is refused when it is gigabytes of zeros', async () => {
    const file = fileOf('')
    truncateSync(file, 8 * 2 ** 30)
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_UNKNOWN', where: { byte: 0 } })
  })

  it('is refused by name when another program must read it first', async () => {
    const oracle = Buffer.alloc(24 * 20)
    for (let index = 0; index < 20; index++) {
      oracle.writeUInt32LE(index, index * 24)
      oracle.writeBigInt64LE(BigInt(index + 2), index * 24 + 16)
    }
    const lcs = Buffer.alloc(1024)
    lcs.writeBigUInt64LE(0x123456789abcdef0n)
    const blktrace = Buffer.alloc(96)
    blktrace.writeUInt32LE(0x65617407)
    const tar = Buffer.alloc(1024)
    tar.write('ustar', 257)
    const kinds: readonly (readonly [string | Uint8Array, RegExp, RegExp])[] = [
      [oracle, /oracleGeneral/, /--columns/],
      [lcs, /LCS/, /tracePrint/],
      [blktrace, /binary blktrace/, /blkparse/],
      [tar, /tar archive/, /tar -xf/],
      ['version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /Git LFS/, /git lfs pull/],
      ['<!DOCTYPE html>\n<html>', /web page/, /fetch/],
      ['1, 2, 0, 4096\n2, 3, 1, 4096\n', /fio latency/, /write_iolog/],
    ]
    for (const [content, title, hint] of kinds) {
      const error = await refusalOf([fileOf(content)])
      expect(error.code).toBe('TRACE_OTHER_KIND')
      expect(error.message).toMatch(title)
      expect(error.hint).toMatch(hint)
    }
  })

  it('is refused when it is UTF-16, with or without --columns', async () => {
    const file = fileOf(Buffer.from(`\ufeff${row('0')}`, 'utf16le'))
    expect(await refusalOf([file])).toMatchObject({ hint: expect.stringContaining('iconv') })
    expect(await refusalOf([file], { format: 'alibaba-2020' })).toMatchObject({
      code: 'TRACE_BINARY',
      where: { line: 1 },
    })
  })

  it('is refused when a line never ends', async () => {
    const file = fileOf(`${row('0')}17,R,${'1'.repeat(3_000_000)}`)
    expect(await refusalOf([file])).toMatchObject({
      code: 'TRACE_LINE_TOO_LONG',
      where: { file, line: 2 },
    })
  })

  it('is refused where bytes stand in a text, by line', async () => {
    const file = fileOf(Buffer.concat([Buffer.from(row('0').repeat(70_000)), Buffer.alloc(9)]))
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_BINARY', where: { line: 70_001 } })
  })
})

describe('a trace that is cut off', () => {
  it('is refused in the middle of a binary record, by byte', async () => {
    const record = Buffer.alloc(32)
    record.writeUInt16LE(0x28, 12)
    record.writeUInt16LE(0x0100, 14)
    const file = fileOf(Buffer.concat([record, record, record.subarray(0, 17)]))
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_CUT', where: { file, byte: 64 } })
  })

  it('is refused in the middle of a row, by line', async () => {
    const file = fileOf(`${row('0')}17,R,40`)
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { file, line: 2 } })
  })

  it('is refused when its compression breaks off', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => row(String(index * 7919 * 4096)))
    const whole = gzipSync(rows.join(''))
    const file = fileOf(whole.subarray(0, whole.length - 40))
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_CUT', where: { file } })
    const plain = newPath('plain')
    writeFileSync(plain, rows.join(''))
    execFileSync('zstd', ['-q', plain])
    const zst = readFileSync(`${plain}.zst`)
    expect((await requestsOf([`${plain}.zst`])).requests).toBe(5000)
    const cut = fileOf(zst.subarray(0, zst.length - 40))
    expect(await refusalOf([cut])).toMatchObject({ code: 'TRACE_CUT', where: { file: cut } })
  })
})

describe('a number that is none', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['hex', row('0x1000')],
    ['empty', row('')],
    ['NaN', row('NaN')],
    ['negative', row('-4096')],
    ['a fraction', row('4096.5')],
    ['an exponent', row('1e9')],
    ['past 2^63', row('9223372036854775808')],
    ['of 30 digits', row('1'.repeat(30))],
    ['an infinite length', row('0', 'Infinity')],
    ['a length of 4 GiB', row('0', '4294967296')],
    ['an empty time', row('0', '4096', '')],
    ['a hex time', row('0', '4096', '0x5')],
    ['a misspelt operation', row('0', '4096', '1577808000000626', 'Raed')],
    ['an empty operation', row('0', '4096', '1577808000000626', '')],
  ]
  for (const [what, line] of bad) {
    it(`is refused by file, line and column: ${what}`, async () => {
      const file = fileOf(`${row('0')}${row('4096')}${line}${row('8192')}`)
      const error = await refusalOf([file])
      expect(error).toMatchObject({ code: 'TRACE_ROW', where: { file, line: 3 } })
      expect(error.where.field).toMatch(/^column [1-5]$/)
    })
  }

  it('does not repeat a row for ever', async () => {
    const tectonic = (count: string): string =>
      `1702511878,a,40,4096,0,1,2,getChunkData.NotInitialized,${count},5,4\n`
    const file = fileOf(tectonic('9007199254740991'))
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { line: 1 } })
    expect((await requestsOf([fileOf(tectonic('3'))])).requests).toBe(3)
  })

  it('is exact between 2^53 and 2^63', async () => {
    const offsets = [2n ** 53n + 1n, 2n ** 62n + 12_345n, 2n ** 63n - 1n]
    const source = await requestsOf([fileOf(offsets.map(offset => row(String(offset))).join(''))])
    expect(source.footer.summary.maxEndByte).toBe(String(2n ** 63n - 1n + 4096n))
    expect(rowsOf(source).map(read => read.offset)).toEqual(offsets)
  })
})

describe('files together', () => {
  it('do not count as going back in time, but rows within one do', async () => {
    const later = fileOf(
      row('0', '4096', '1577808000000900') + row('0', '4096', '1577808000000800'),
    )
    const earlier = fileOf(row('4096'))
    const source = await requestsOf([later, earlier])
    expect(source.footer.warnings).toEqual([
      { code: 'TRACE_TIME_BACKWARD', count: 1, first: { line: 2 } },
    ])
    expect(rowsOf(source).map(read => read.timeUs % 1000)).toEqual([626, 800, 900])
  })

  it('are refused when one is a series', async () => {
    const series = fileOf('timestamp,volume,read_iops,write_iops\n0,a,1,1\n60,a,1,1\n')
    expect(await refusalOf([fileOf(row('0')), series])).toMatchObject({
      code: 'TRACE_MIXED',
      where: { file: series },
    })
  })
})

describe('the column file', () => {
  it('has the same bytes when it is written twice, and is opened as it is', async () => {
    const file = fileOf(row('0') + row('4096', '512', '1577808000000100'))
    const first = newPath('first.columns')
    const second = newPath('second.columns')
    const { convert } = await import('../../traces/convert.js')
    await convert([file], first, plainOptions)
    await convert([file], second, plainOptions)
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true)
    const source = await openTrace([first], plainOptions)
    expect(source.grain).toBe('requests')
    source.close()
  })

  it('is refused when it is cut', async () => {
    const target = newPath('cut.columns')
    const { convert } = await import('../../traces/convert.js')
    await convert([fileOf(row('0'))], target, plainOptions)
    truncateSync(target, 100)
    expect(() => openColumns(target)).toThrow(/no column file/)
  })

  it('takes --columns only as it is written', () => {
    for (const wrong of ['time', 'time=1', 'time=1,offset=2,length=3:miles', 'time=1:y,offset=2']) {
      expect(() => parseColumns(wrong)).toThrow(/--columns|unit/)
    }
  })
})

describe('a column file among other files', () => {
  it('is merged with them, as if all had been raw', async () => {
    const { convert } = await import('../../traces/convert.js')
    const early = fileOf(row('0', '4096', '1577808000000100') + row('8', '512', '1577808000000300'))
    const late = fileOf(row('4096', '1024', '1577808000000200'))
    const converted = newPath('early.columns')
    await convert([early], converted, plainOptions)
    const mixed = await requestsOf([converted, late])
    const raw = await requestsOf([early, late])
    expect(mixed.footer).toEqual(raw.footer)
    expect(rowsOf(mixed)).toEqual(rowsOf(raw))
  })

  it('keeps a series as it is', async () => {
    const { convert } = await import('../../traces/convert.js')
    const first = newPath('first.columns')
    const second = newPath('second.columns')
    await convert(['traces/samples/series.csv'], first, plainOptions)
    await convert([first], second, plainOptions)
    const [a, b] = [openColumns(first), openColumns(second)]
    if (a.grain !== 'series' || b.grain !== 'series') throw new Error('these are series')
    expect(pointsOf(b)).toEqual(pointsOf(a))
  })
})
