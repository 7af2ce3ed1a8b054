/**
 * The set of (volume, 4 KiB block) that a trace touches, exactly: bitmaps of 16 MiB of a volume
 * each, made when they are first touched. A trace that touches more of them than memory should hold
 * has no figure rather than a wrong one.
 */

const blockBytes = 4096
const pageBlocks = 4096
/** Bitmaps at the most: 2 GiB of them, at least 64 TiB of a volume that is touched everywhere. */
const mostPages = 4_194_304

export class BlockSet {
  private readonly volumes: Map<number, Uint32Array>[] = []
  private count = 0
  private pages = 0

  get size(): number | null {
    return this.pages > mostPages ? null : this.count
  }

  touch(volume: number, offsetHigh: number, offsetLow: number, length: number): void {
    if (length === 0 || this.pages > mostPages) return
    // Blocks are numbered up to 2^51: exact in a double.
    const first = offsetHigh * 1_048_576 + Math.floor(offsetLow / blockBytes)
    const last = first + Math.floor(((offsetLow % blockBytes) + length - 1) / blockBytes)
    for (let block = first; block <= last; block++) this.add(volume, block)
  }

  private add(volume: number, block: number): void {
    const page = Math.floor(block / pageBlocks)
    this.volumes[volume] ??= new Map()
    const pages = this.volumes[volume]
    let bits = pages.get(page)
    if (bits === undefined) {
      bits = new Uint32Array(pageBlocks / 32)
      pages.set(page, bits)
      this.pages += 1
    }
    const within = block - page * pageBlocks
    const mask = 1 << (within & 31)
    if ((bits[within >>> 5] & mask) !== 0) return
    bits[within >>> 5] |= mask
    this.count += 1
  }
}
