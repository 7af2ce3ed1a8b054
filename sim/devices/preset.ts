/**
 * Devices as data sheets describe them, and the figures of the model that follow. A flash device is
 * a FIFO bandwidth server followed by k channels (Little: channels = IOPS × latency). A disk is one
 * server whose positioning time falls with the requests it finds waiting.
 */

export interface FlashDevice {
  readonly kind: 'flash'
  readonly readServiceUs: number
  readonly writeServiceUs: number
  readonly channels: number
  /** Bytes a microsecond are megabytes a second. */
  readonly readBytesPerUs: number
  readonly writeBytesPerUs: number
  readonly source: string
}

/** Mean positioning time at a queue depth; between two points it is linear in 1/√depth. */
export interface PositioningPoint {
  readonly depth: number
  readonly serviceUs: number
}

export interface DiskDevice {
  readonly kind: 'disk'
  readonly readPositioning: readonly PositioningPoint[]
  readonly writePositioning: readonly PositioningPoint[]
  readonly bytesPerUs: number
  readonly source: string
}

export type Device = FlashDevice | DiskDevice

/** Half a turn at 7200 turns a minute: 60 000 000 ÷ 7200 ÷ 2 microseconds. */
export const halfTurnUs = 60_000_000 / 7200 / 2

export const presets: Readonly<Record<string, Device>> = {
  'nvme-gen4': {
    kind: 'flash',
    readServiceUs: 100,
    writeServiceUs: 100,
    channels: 100,
    readBytesPerUs: 6800,
    writeBytesPerUs: 3500,
    source:
      'WD SN655: 1,000,000 IOPS, 78 to 125 µs at depth 1, 6800 MB/s; Samsung PM9A3: 3500 MB/s',
  },
  'nvme-gen5': {
    kind: 'flash',
    readServiceUs: 80,
    writeServiceUs: 80,
    channels: 216,
    readBytesPerUs: 14_000,
    writeBytesPerUs: 7000,
    source: 'Kioxia CM7: 2,700,000 IOPS, 14,000 MB/s',
  },
  'sas-ssd': {
    kind: 'flash',
    readServiceUs: 120,
    writeServiceUs: 150,
    channels: 24,
    readBytesPerUs: 1100,
    writeBytesPerUs: 1000,
    source: '12 Gb/s SAS link; 200,000 IOPS at 120 µs as common of its class',
  },
  'sata-ssd': {
    kind: 'flash',
    readServiceUs: 100,
    writeServiceUs: 330,
    channels: 10,
    readBytesPerUs: 550,
    writeBytesPerUs: 520,
    source: 'Samsung PM893: 98,000 reads/s at depth 32, 30,000 writes/s, 550 and 520 MB/s',
  },
  'hdd-7200': {
    kind: 'disk',
    readPositioning: [
      { depth: 1, serviceUs: 8500 + halfTurnUs },
      { depth: 16, serviceUs: 1_000_000 / 168 },
      { depth: 32, serviceUs: 1_000_000 / 212 },
    ],
    writePositioning: [
      { depth: 1, serviceUs: 8500 + halfTurnUs },
      { depth: 16, serviceUs: 1_000_000 / 350 },
      { depth: 32, serviceUs: 1_000_000 / 442 },
    ],
    bytesPerUs: 275,
    source:
      'Seek 8.5 ms, half a turn; Exos X24: 168 IOPS at 16; HC580: 212 at 32; Exos M: 350 writes',
  },
}

/**
 * A device with some of its figures replaced: `readServiceUs`, `channels`, `bytesPerUs` and so on.
 */
export function withOverrides(
  device: Device,
  overrides: Readonly<Record<string, number>>,
): Device | { readonly unknown: string } {
  const keys = Object.keys(overrides)
  if (keys.length === 0) return device
  for (const key of keys) {
    const known: unknown = Reflect.get(device, key)
    if (typeof known !== 'number') return { unknown: key }
  }
  return { ...device, ...overrides }
}

/**
 * Operations a second of small random requests that the device sustains: the worse of reads and
 * writes.
 */
export function sustainedIops(device: Device): number {
  if (device.kind === 'disk') {
    const points = device.readPositioning
    const deep = points[points.length - 1]
    return Math.floor(1_000_000 / deep.serviceUs)
  }
  const slower = Math.max(device.readServiceUs, device.writeServiceUs)
  return Math.floor((device.channels * 1_000_000) / slower)
}

/** Bytes a second that the device sustains: the lower of reading and writing. */
export function sustainedBytesPerSecond(device: Device): number {
  const bytesPerUs =
    device.kind === 'disk'
      ? device.bytesPerUs
      : Math.min(device.readBytesPerUs, device.writeBytesPerUs)
  return bytesPerUs * 1_000_000
}

/**
 * Positioning time for each depth up to 64, where it stays: sorting more requests wins little more.
 */
export function positioningTable(points: readonly PositioningPoint[]): Float64Array {
  const deepest = 64
  return Float64Array.from({ length: deepest }, (_, found) => positioningUs(points, found + 1))
}

/** Linear in 1/√depth between the points, and along the last two beyond them. */
export function positioningUs(points: readonly PositioningPoint[], depth: number): number {
  const at = points.findIndex(point => point.depth >= depth)
  const right = at < 0 ? points.length - 1 : Math.max(1, at)
  const low = points[right - 1]
  const high = points[right]
  const lowX = 1 / Math.sqrt(low.depth)
  const highX = 1 / Math.sqrt(high.depth)
  const share = (1 / Math.sqrt(depth) - lowX) / (highX - lowX)
  return low.serviceUs + share * (high.serviceUs - low.serviceUs)
}
