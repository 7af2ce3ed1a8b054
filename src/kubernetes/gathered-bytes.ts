/**
 * Bytes that come in parts, as one. They are copied into blocks at once: of a body that comes in
 * chunks of a few bytes, each part that was kept takes many times what is in it. Blocks are not
 * moved as more comes, so that what is gathered takes its own size and no more.
 */
export class GatheredBytes {
  private blocks: Buffer[] = []
  /** Of the last block. */
  private used = 0
  private before = 0

  get length(): number {
    return this.before + this.used
  }

  add(part: Buffer): void {
    let from = 0
    while (from < part.length) {
      const block = this.blockFor(part.length - from)
      const copied = part.copy(block, this.used, from)
      this.used += copied
      from += copied
    }
  }

  /** All of it; what is added afterwards begins anew. */
  take(): Buffer {
    const last = this.blocks.pop()?.subarray(0, this.used) ?? Buffer.alloc(0)
    const all = this.blocks.length === 0 ? last : Buffer.concat([...this.blocks, last])
    this.blocks = []
    this.used = 0
    this.before = 0
    return all
  }

  /** As long as all that there is already, so that there are few of them. */
  private blockFor(wanted: number): Buffer {
    const last = this.blocks[this.blocks.length - 1]
    if (last !== undefined && this.used < last.length) return last
    this.before += this.used
    this.used = 0
    const block = Buffer.allocUnsafe(Math.min(longestBlock, Math.max(wanted, this.before)))
    this.blocks.push(block)
    return block
  }
}

const longestBlock = 1_048_576
