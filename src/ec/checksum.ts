/** The checksum of blocks, pages and trailers: CRC32C (Castagnoli), that of iSCSI and ext4. */
import { crc32c as crc32cOf } from '@node-rs/crc32'

export function crc32c(bytes: Uint8Array): number {
  return crc32cOf(bytes)
}

/** Of a piece of shared memory. */
export type ChecksumOf = (offsetBytes: number, lengthBytes: number) => number

export function checksumOver(memory: WebAssembly.Memory): ChecksumOf {
  const { buffer } = memory
  return (offsetBytes, lengthBytes) => crc32cOf(new Uint8Array(buffer, offsetBytes, lengthBytes))
}
