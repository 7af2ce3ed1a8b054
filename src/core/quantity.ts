/** Sizes as people write them (`10GiB`, `500MB`, `4096`), as integer bytes. */

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
  TiB: 1_099_511_627_776,
  PiB: 1_125_899_906_842_624,
  Ki: 1024,
  Mi: 1_048_576,
  Gi: 1_073_741_824,
  Ti: 1_099_511_627_776,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
  PB: 1_000_000_000_000_000,
}

/** Bytes, or null when the text is no size or is not a whole number of bytes below 2^53. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+)(?:\.(\d{1,9}))?([A-Za-z]*)$/.exec(text)
  if (match === null) return null
  const unit = unitBytes[match[3] ?? '']
  if (unit === undefined) return null
  const fraction = match[2] ?? ''
  let bytes = Number(match[1]) * unit
  if (fraction !== '') {
    let scale = 1
    for (let digit = 0; digit < fraction.length; digit++) scale *= 10
    bytes += Math.floor((Number(fraction) * unit) / scale)
  }
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The largest binary unit that divides exactly: `10GiB`, `1536MiB`, `4097B`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['PiB', 'TiB', 'GiB', 'MiB', 'KiB']) {
    const size = unitBytes[unit] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return `${bytes}B`
}
