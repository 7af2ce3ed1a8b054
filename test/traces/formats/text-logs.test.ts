import { describe, expect, it } from 'vitest'
import { operations } from '../../../traces/batch.js'
import { fileOf, refusalOf, requestsOf, rowsOf } from '../workbench.js'

describe('fio’s I/O log', () => {
  it('has only waits for a clock in version 2', async () => {
    const log = [
      'fio version 2 iolog',
      '/dev/sda add',
      '/dev/sdb add',
      '/dev/sda open',
      '/dev/sda read 0 4096',
      '/dev/sda wait 1500',
      '/dev/sdb write 8192 512',
      '/dev/sdb wait 500',
      '/dev/sda trim 0 65536',
      '/dev/sda sync',
      '/dev/sda datasync',
      '/dev/sda close',
    ].join('\n')
    const source = await requestsOf([fileOf(log)])
    expect(source.footer.summary).toMatchObject({ requests: 2, others: 3, lastUs: 2000 })
    expect(rowsOf(source).slice(0, 2)).toMatchObject([
      { timeUs: 0, volume: '/dev/sda', operation: operations.read, offset: 0n, length: 4096 },
      { timeUs: 1500, volume: '/dev/sdb', operation: operations.write, offset: 8192n, length: 512 },
    ])
  })

  const broken: readonly (readonly [string, string])[] = [
    ['an action that is none', '10 f raed 0 512'],
    ['no time', 'f read 0 512'],
    ['a hex offset', '10 f read 0x200 512'],
    ['a negative length', '10 f read 0 -1'],
    ['a length of 4 GiB', '10 f read 0 4294967296'],
    ['no action', '10 f'],
    ['a wait, which version 3 has not', '10 f wait 100'],
  ]
  for (const [what, row] of broken) {
    it(`is refused by its line when it has ${what}`, async () => {
      const file = fileOf(`fio version 3 iolog\n0 f add\n${row}\n`)
      expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { file, line: 3 } })
    })
  }
})

describe('blkparse’s text', () => {
  const lines = [
    '  8,0    3        1     0.000000000   697  Q   R 223490 + 8 [kjournald]',
    '  8,0    3        2     0.000001829   697  G   R 223490 + 8 [kjournald]',
    '  8,0    3        3     0.000012000   697  D   R 223490 + 8 [kjournald]',
    '  8,0    3        4     0.000013000   697  D  WS 16 + 24 [kjournald]',
    '  8,0    3        5     0.000014000   697  D   D 64 + 128 [fstrim]',
    '  8,0    3        6     0.000014500   697  D   N 0 + 0 [smartctl]',
    '  8,0    3        7     0.000015000   697  D FWFS 512 + 8 [kjournald]',
    '  8,0    3        8     0.000015500   697  D  FF [kjournald]',
    '  8,0    3        0     0.000016000     0  m   N cfq697 insert_request',
    '  8,0    3        9     0.000017000   697 UT   N [kjournald] 1',
    '  8,16   1        1     0.000018000     0  C   R 223490 + 8 [0]',
    'CPU3 (8,0):',
    ' Reads Queued:           1,        4KiB\t Writes Queued:           0,        0KiB',
    '',
    'Total (8,0):',
  ].join('\n')

  it('counts what was issued, or queued, or completed, and no message or summary', async () => {
    const issued = rowsOf(await requestsOf([fileOf(lines)]))
    expect(issued.map(row => [row.timeUs, row.operation, row.offset, row.length])).toEqual([
      [12, operations.read, 223_490n * 512n, 4096],
      [13, operations.write, 8192n, 12_288],
      [14, operations.other, 32_768n, 65_536],
      [15, operations.write, 262_144n, 4096],
    ])
    const queued = rowsOf(await requestsOf([fileOf(lines)], { event: 'Q' }))
    expect(queued.map(row => row.timeUs)).toEqual([0])
    const completed = rowsOf(await requestsOf([fileOf(lines)], { event: 'C' }))
    expect(completed.map(row => [row.timeUs, row.volume])).toEqual([[18, '8,16']])
  })

  it('is refused by its line when an event is broken', async () => {
    const file = fileOf(`${lines}\n  8,0    3        1     0.0x000   697  D   R 223490 + 8 [k]\n`)
    expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { file, line: 16 } })
  })
})

describe('vSCSI', () => {
  it('counts other commands apart, and keeps response times of version 2', async () => {
    const record = (command: number, response: bigint): Buffer => {
      const bytes = Buffer.alloc(40)
      bytes.writeUInt16LE(command, 0)
      bytes.writeUInt16LE(0x0200, 2)
      bytes.writeUInt32LE(4096, 8)
      bytes.writeBigUInt64LE(5n, 24)
      bytes.writeBigUInt64LE(response, 32)
      return bytes
    }
    const commands = [0x08, 0x28, 0xa8, 0x88, 0x0a, 0x2a, 0xaa, 0x8a, 0x35]
    const file = fileOf(Buffer.concat(commands.map(command => record(command, 77n))))
    const source = await requestsOf([file])
    expect(source.footer.summary).toMatchObject({ reads: 4, writes: 4, others: 1 })
    expect(source.hasResponses).toBe(true)
    expect(new Set(rowsOf(source).map(row => row.responseUs))).toEqual(new Set([77]))
  })

  it('is refused by its byte: another version, or an offset past 2^63', async () => {
    const good = Buffer.alloc(32)
    good.writeUInt16LE(0x28, 12)
    good.writeUInt16LE(0x0100, 14)
    const far = Buffer.from(good)
    far.writeBigUInt64LE(2n ** 54n, 16)
    const other = Buffer.from(good)
    other.writeUInt16LE(0x0900, 14)
    for (const bad of [far, other]) {
      const file = fileOf(Buffer.concat([good, good, bad]))
      expect(await refusalOf([file])).toMatchObject({ code: 'TRACE_ROW', where: { byte: 64 } })
    }
  })
})
