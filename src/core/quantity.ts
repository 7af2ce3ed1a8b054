/** Sizes as people write them (`10GiB`, `500MB`, `4096`), as integer bytes. */

export const unitBytes: Readonly<Record<string, number>> = {
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
  Pi: 1_125_899_906_842_624,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
  PB: 1_000_000_000_000_000,
}

/**
 * Bytes, exactly; null when the text is no size. A part of a byte is dropped: `0.1GiB` is
 * 107374182.
 */
export function parseExactBytes(text: string): bigint | null {
  const match = /^(\d{1,30})(?:\.(\d{1,9}))?([A-Za-z]*)$/.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = '', name = ''] = match
  const unit = Object.hasOwn(unitBytes, name) ? unitBytes[name] : undefined
  if (unit === undefined) return null
  const scaled = BigInt(whole + fraction.padEnd(9, '0'))
  return (scaled * BigInt(unit)) / 1_000_000_000n
}

/** Bytes as a number; null when the text is no size, or one of 2^53 bytes and more. */
export function parseBytes(text: string): number | null {
  const bytes = parseExactBytes(text)
  return bytes === null || bytes > Number.MAX_SAFE_INTEGER ? null : Number(bytes)
}

/** The largest binary unit that divides exactly: `10GiB`, `1536MiB`, `4097B`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['PiB', 'TiB', 'GiB', 'MiB', 'KiB']) {
    const size = unitBytes[unit] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return `${bytes}B`
}
