/**
 * The set of (volume, 4 KiB block) that a trace touches, exactly: one bit a block, in pages of
 * 16 MiB of a volume that are made when they are first touched. A trace that touches more of them
 * than memory should hold has no figure rather than a wrong one.
 */

const blockBytes = 4096
const pageBlocks = 4096
const pageWords = pageBlocks / 32
/** Pages lie side by side in slabs of 2 MiB: a page of its own has more overhead than content. */
const slabPages = 4096
/** 1 GiB of bits, at least 32 TiB of volumes that are touched everywhere. */
const usualPages = 2_097_152

export class BlockSet {
  private readonly slotsOfVolume: Map<number, number>[] = []
  private readonly slabs: Uint32Array[] = []
  private count = 0
  private pages = 0
  private lastVolume = -1
  private lastPage = -1
  private lastSlot = 0

  constructor(private readonly mostPages: number = usualPages) {}

  get size(): number | null {
    return this.pages > this.mostPages ? null : this.count
  }

  touch(volume: number, offsetHigh: number, offsetLow: number, length: number): void {
    if (length === 0 || this.pages > this.mostPages) return
    // Blocks are numbered up to 2^51: exact in a double.
    const first = offsetHigh * 1_048_576 + Math.floor(offsetLow / blockBytes)
    const last = first + Math.floor(((offsetLow % blockBytes) + length - 1) / blockBytes)
    for (let block = first; block <= last; ) {
      const page = Math.floor(block / pageBlocks)
      const slot = this.slotOf(volume, page)
      if (slot < 0) return
      const from = block - page * pageBlocks
      const until = Math.min(last - page * pageBlocks, pageBlocks - 1)
      this.mark(slot, from, until)
      block += until - from + 1
    }
  }

  /** Where a page's bits begin, counted in pages; negative when there is no room for it. */
  private slotOf(volume: number, page: number): number {
    if (volume === this.lastVolume && page === this.lastPage) return this.lastSlot
    this.slotsOfVolume[volume] ??= new Map()
    const slots = this.slotsOfVolume[volume]
    let slot = slots.get(page)
    if (slot === undefined) {
      slot = this.pages
      this.pages += 1
      if (slot >= this.mostPages) {
        this.pages = this.mostPages + 1
        this.forget()
        return -1
      }
      if (slot % slabPages === 0) this.slabs.push(new Uint32Array(slabPages * pageWords))
      slots.set(page, slot)
    }
    this.lastVolume = volume
    this.lastPage = page
    this.lastSlot = slot
    return slot
  }

  private mark(slot: number, from: number, until: number): void {
    const bits = this.slabs[Math.floor(slot / slabPages)]
    const base = (slot % slabPages) * pageWords
    for (let block = from; block <= until; block++) {
      const word = base + (block >>> 5)
      const mask = 1 << (block & 31)
      if ((bits[word] & mask) !== 0) continue
      bits[word] |= mask
      this.count += 1
    }
  }

  private forget(): void {
    this.slotsOfVolume.length = 0
    this.slabs.length = 0
    this.lastVolume = -1
  }
}
