/** The checksum of blocks, pages and trailers: CRC32C (Castagnoli), that of iSCSI and ext4. */
import { crc32c as crc32cOf } from '@node-rs/crc32'

export function crc32c(bytes: Uint8Array): number {
  return crc32cOf(bytes)
}
