/** Where the bytes to encode come from: a file, or a stream that is read once. */
import type { Readable } from 'node:stream'
import type { OpenFile } from './file-system.js'

export interface Source {
  /** Null where only the end will tell. */
  readonly bytes: number | null
  /** Fills the buffers with what follows; answers how many bytes there were. */
  fill(buffers: readonly Uint8Array[]): Promise<number>
  close(): Promise<void>
}

export async function fileSource(file: OpenFile): Promise<Source> {
  let position = 0
  return {
    bytes: await file.size(),
    fill: async buffers => {
      const read = await file.readv(buffers, position)
      position += read
      return read
    },
    close: () => file.close(),
  }
}

export function streamSource(stream: Readable): Source {
  const parts = stream[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  const more = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next: IteratorResult<unknown> = await parts.next()
      if (next.done === true) return false
      if (next.value instanceof Uint8Array) rest = next.value
    }
    return true
  }
  return {
    bytes: null,
    fill: async buffers => {
      let done = 0
      for (const buffer of buffers) {
        for (let at = 0; at < buffer.length; ) {
          if (!(await more())) return done
          const piece = rest.subarray(0, buffer.length - at)
          buffer.set(piece, at)
          rest = rest.subarray(piece.length)
          at += piece.length
          done += piece.length
        }
      }
      return done
    },
    close: async () => {
      stream.destroy()
    },
  }
}
