/** Files that are recognised and named, but not read: what they are, and what to do with them. */
import type { Head } from './format.js'

interface OtherKind {
  readonly title: string
  matches(head: Head): boolean
  readonly hint: string
}

const oracleRecord = 24
/** Unix seconds between 2000 and 2100, or a clock that began with the trace. */
const plausibleSeconds = 4_102_444_800

export const otherKinds: readonly OtherKind[] = [
  {
    title: 'a binary blktrace',
    matches: head => startsWith(head.bytes, [0x07, 0x74, 0x61, 0x65]),
    hint: 'print it as text first: blkparse -i NAME -o NAME.txt',
  },
  {
    title: 'libCacheSim’s LCS',
    matches: head => startsWith(head.bytes, [0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12]),
    hint: 'print it as text with libCacheSim’s tracePrint, and read that with --columns',
  },
  {
    title: 'libCacheSim’s oracleGeneral, which has no operations',
    matches: head => isOracleGeneral(head.bytes),
    hint: 'use the trace that it was made from, or print it with tracePrint and pass --columns',
  },
  {
    title: 'Parquet in another compression',
    matches: head => startsWith(head.bytes, [0x50, 0x41, 0x52, 0x31]),
    hint: 'unpack it: Parquet compresses itself',
  },
  {
    title: 'a zip archive',
    matches: head => startsWith(head.bytes, [0x50, 0x4b, 0x03, 0x04]),
    hint: 'unpack it: unzip NAME',
  },
  {
    title: 'a tar archive',
    matches: head => Buffer.from(head.bytes.subarray(257, 262)).toString('latin1') === 'ustar',
    hint: 'unpack it: tar -xf NAME',
  },
  {
    title: 'a pointer of Git LFS, not the file itself',
    matches: head => /^version https:\/\/git-lfs/.test(head.lines[0] ?? ''),
    hint: 'fetch the file: git lfs pull',
  },
  {
    title: 'a web page',
    matches: head => /^\s*<(?:!doctype|html|\?xml)/i.test(head.lines[0] ?? ''),
    hint: 'the download went wrong: fetch the file again',
  },
  {
    title: 'text in UTF-16',
    matches: head => startsWith(head.bytes, [0xff, 0xfe]) || startsWith(head.bytes, [0xfe, 0xff]),
    hint: 'convert it: iconv -f UTF-16 -t UTF-8',
  },
  {
    title: 'a fio latency or bandwidth log',
    matches: head => /^\d+, \d+, [012], \d+/.test(head.lines[0] ?? ''),
    hint: 'record an I/O log with --write_iolog',
  },
]

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[index] === byte)
}

/**
 * Records of 24 bytes: seconds, object, size, and the next access: later than this record's own
 * number, or -1. Chance does not do that sixteen times.
 */
function isOracleGeneral(bytes: Uint8Array): boolean {
  const records = Math.min(16, Math.floor(bytes.length / oracleRecord))
  if (records < 4) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let before = 0
  for (let record = 0; record < records; record++) {
    const at = record * oracleRecord
    const seconds = view.getUint32(at, true)
    const next = view.getBigInt64(at + 16, true)
    if (seconds < before || seconds > plausibleSeconds) return false
    if (next !== -1n && next <= BigInt(record)) return false
    if (next > 1n << 40n) return false
    before = seconds
  }
  return true
}
