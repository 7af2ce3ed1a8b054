/** Standard output as a place for the bytes of a volume. */
import type { Sink } from '../../ec/file/decode.js'

export const standardOutput: Sink = {
  inOrder: true,
  write: async buffers => {
    for (const buffer of buffers) await written(buffer)
  },
}

/** Until the reader took it, the buffer belongs to the stream. */
function written(buffer: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(buffer, error => {
      if (error === null || error === undefined) resolve()
      else reject(error)
    })
  })
}
