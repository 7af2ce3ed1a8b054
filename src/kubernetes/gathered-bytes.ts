/**
 * Bytes that come in parts, as one. They are copied together at once: of a body that comes in
 * chunks of a few bytes, each part that was kept takes many times what is in it.
 */
export class GatheredBytes {
  private bytes = Buffer.alloc(0)
  private used = 0

  get length(): number {
    return this.used
  }

  add(part: Buffer): void {
    const needed = this.used + part.length
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length))
      this.bytes.copy(larger, 0, 0, this.used)
      this.bytes = larger
    }
    part.copy(this.bytes, this.used)
    this.used = needed
  }

  /** All of it; what is added afterwards begins anew. */
  take(): Buffer {
    const all = this.bytes.subarray(0, this.used)
    this.bytes = Buffer.alloc(0)
    this.used = 0
    return all
  }
}
