/**
 * CloudPhysics vSCSI traces: 32-byte records (v1) or 40-byte ones with a response time (v2), little
 * endian, times in microseconds since the host's boot. Layout as libCacheSim's vscsi.h has it.
 */
import { operations } from '../batch.js'
import { chunksOf } from '../byte-source.js'
import { refuse } from '../problem.js'
import type { RequestSink } from '../request-sink.js'
import type { Head, RequestFormat } from './format.js'

/** SCSI operation codes of reads and writes: 6, 10, 12 and 16 bytes. */
const reads: ReadonlySet<number> = new Set([0x08, 0x28, 0xa8, 0x88])
const writes: ReadonlySet<number> = new Set([0x0a, 0x2a, 0xaa, 0x8a])
const sectorBytes = 512

interface Layout {
  readonly recordBytes: number
  readonly version: number
  readonly versionAt: number
  readonly commandAt: number
  readonly lengthAt: number
  readonly sectorAt: number
  readonly timeAt: number
  readonly responseAt: number | null
}

const first: Layout = {
  recordBytes: 32,
  version: 1,
  versionAt: 14,
  commandAt: 12,
  lengthAt: 4,
  sectorAt: 16,
  timeAt: 24,
  responseAt: null,
}

const second: Layout = {
  recordBytes: 40,
  version: 2,
  versionAt: 2,
  commandAt: 0,
  lengthAt: 8,
  sectorAt: 16,
  timeAt: 24,
  responseAt: 32,
}

export const vscsi1: RequestFormat = formatOf('vscsi-v1', 'CloudPhysics vSCSI v1', first)
export const vscsi2: RequestFormat = formatOf('vscsi-v2', 'CloudPhysics vSCSI v2', second)

function formatOf(name: string, title: string, layout: Layout): RequestFormat {
  return {
    grain: 'requests',
    name,
    title,
    places: 'byte',
    matches: head => looksLike(head, layout),
    read: (file, sink) => read(file, sink, layout),
  }
}

/** The version stands in every record: two in a row are no chance. */
function looksLike(head: Head, layout: Layout): boolean {
  const { bytes } = head
  if (bytes.length < layout.recordBytes) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const records = Math.min(2, Math.floor(bytes.length / layout.recordBytes))
  for (let record = 0; record < records; record++) {
    const at = record * layout.recordBytes
    if (view.getUint16(at + layout.versionAt, true) >> 8 !== layout.version) return false
    const command = view.getUint16(at + layout.commandAt, true)
    if (!reads.has(command) && !writes.has(command) && command > 0xff) return false
  }
  return true
}

async function read(file: string, sink: RequestSink, layout: Layout): Promise<void> {
  const volume = sink.volumes.indexOf('disk')
  const { recordBytes } = layout
  let rest = Buffer.alloc(0)
  let position = 0
  for await (const chunk of chunksOf(file)) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % recordBytes)
    for (let at = 0; at < whole; at += recordBytes) {
      readRecord(bytes, at, sink, layout, volume, position + at, file)
    }
    rest = bytes.subarray(whole)
    position += whole
  }
  if (rest.length > 0) {
    const message = `the file ends ${rest.length} bytes into a record of ${recordBytes}`
    throw refuse('TRACE_CUT', message, { file, byte: position }, 'fetch the file again')
  }
}

function readRecord(
  bytes: Buffer,
  at: number,
  sink: RequestSink,
  layout: Layout,
  volume: number,
  byte: number,
  file: string,
): void {
  const command = bytes.readUInt16LE(at + layout.commandAt)
  if (bytes.readUInt16LE(at + layout.versionAt) >> 8 !== layout.version) {
    const message = `a record does not carry version ${layout.version}`
    throw refuse('TRACE_ROW', message, { file, byte }, 'check that the file is whole')
  }
  const operation = reads.has(command)
    ? operations.read
    : writes.has(command)
      ? operations.write
      : operations.other
  const sectorLow = bytes.readUInt32LE(at + layout.sectorAt)
  const sectorHigh = bytes.readUInt32LE(at + layout.sectorAt + 4)
  if (sectorHigh >= 0x400000) {
    const message = 'an offset passes 2^63'
    throw refuse('TRACE_ROW', message, { file, byte }, 'check that the file is whole')
  }
  const lowBytes = sectorLow * sectorBytes
  const carry = Math.floor(lowBytes / 4_294_967_296)
  const timeUs =
    bytes.readUInt32LE(at + layout.timeAt + 4) * 4_294_967_296 +
    bytes.readUInt32LE(at + layout.timeAt)
  const responseUs =
    layout.responseAt === null ? Number.NaN : Number(bytes.readBigUInt64LE(at + layout.responseAt))
  sink.add(
    timeUs,
    volume,
    operation,
    lowBytes - carry * 4_294_967_296,
    sectorHigh * sectorBytes + carry,
    bytes.readUInt32LE(at + layout.lengthAt),
    responseUs,
    byte,
  )
}
