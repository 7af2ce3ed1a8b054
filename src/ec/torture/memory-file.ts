/** A file in memory: what it holds, what of that is durable, and what was written in between. */

/** From 0 up to 1, from a seed. */
export type Random = () => number

/** A write of one of these is whole or did not happen. */
const sectorBytes = 512

interface Write {
  readonly position: number
  readonly bytes: Uint8Array
}

export class MemoryFile {
  bytes: Uint8Array
  #durable: Uint8Array
  #pending: Write[] = []

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes
    this.#durable = bytes.slice()
  }

  /** Answers how many bytes there were before the end. */
  read(buffers: readonly Uint8Array[], position: number): number {
    let at = position
    for (const buffer of buffers) {
      const piece = this.bytes.subarray(at, at + buffer.length)
      buffer.set(piece)
      at += piece.length
      if (piece.length < buffer.length) break
    }
    return Math.max(0, at - position)
  }

  write(buffers: readonly Uint8Array[], position: number): void {
    let at = position
    for (const buffer of buffers) {
      const bytes = buffer.slice()
      this.#pending.push({ position: at, bytes })
      this.bytes = written(this.bytes, bytes, at)
      at += bytes.length
    }
  }

  truncate(bytes: number): void {
    const resized = new Uint8Array(bytes)
    resized.set(this.bytes.subarray(0, bytes))
    this.bytes = resized
  }

  sync(): void {
    this.#durable = this.bytes.slice()
    this.#pending = []
  }

  /** Each sector that was written since the last sync is there or not, as chance has it. */
  afterCrash(random: Random): MemoryFile {
    let bytes: Uint8Array = this.#durable.slice()
    const keep = random()
    for (const write of this.#pending) {
      for (let at = 0; at < write.bytes.length; at += sectorBytes) {
        if (random() >= keep) continue
        bytes = written(bytes, write.bytes.subarray(at, at + sectorBytes), write.position + at)
      }
    }
    return new MemoryFile(bytes)
  }
}

/** The same memory where it has room; what is between the old end and the new bytes is zero. */
function written(target: Uint8Array, bytes: Uint8Array, position: number): Uint8Array {
  const end = position + bytes.length
  const grown = end <= target.length ? target : longer(target, end)
  grown.set(bytes, position)
  return grown
}

/** Memory that was made here, with room behind what is in use: all zeroes. */
const roomy = new WeakSet<ArrayBufferLike>()

function longer(target: Uint8Array, bytes: number): Uint8Array {
  const { buffer } = target
  if (roomy.has(buffer) && bytes <= buffer.byteLength) return new Uint8Array(buffer, 0, bytes)
  const room = new ArrayBuffer(Math.max(bytes, 2 * target.length))
  roomy.add(room)
  const grown = new Uint8Array(room, 0, bytes)
  grown.set(target)
  return grown
}
