/** CRC32C (Castagnoli), as every page, trailer and block carries it. */
import { crc32c as castagnoli } from '@node-rs/crc32'

/** Of several pieces, as if they lay side by side. */
export function crc32c(...pieces: readonly Uint8Array[]): number {
  let sum = 0
  for (const piece of pieces) sum = castagnoli(piece, sum)
  return sum
}
