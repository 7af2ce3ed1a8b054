/** The body of an answer as text, unzipped, of so many bytes at most. */
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Failed, Head, Limit } from './exchange.js'
import { GatheredText } from './gathered-text.js'
import { type GatheredTogether, inThisProcess, largestOf } from './gathered-together.js'

/** One that says itself to be larger is given up at its first byte. */
export async function wholeBody(
  head: Head,
  limit: Limit,
  mostBytes: number,
  together: GatheredTogether = inThisProcess,
): Promise<{ readonly kind: 'whole'; readonly text: string } | Failed> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = head.headers
  const isToldLarger = Number(length) > mostBytes
  const text = new GatheredText(together)
  const body = head.body(limit)
  try {
    if (encoding !== 'identity' && encoding !== 'gzip') {
      return broken(`its answer is encoded as ${encoding}, which none asked`)
    }
    for await (const part of encoding === 'gzip' ? unzipped(body) : body) {
      if (isToldLarger || text.bytes + part.length > mostBytes) return tooLarge(mostBytes)
      text.add(part)
      if (text.isGivenUp) break
    }
    // It may have been given up for another one after its last part, too.
    if (text.isGivenUp) return lasting(`it was ${largestOf(together)}`)
    return { kind: 'whole', text: text.take() }
  } catch (error) {
    if (isOfGzip(error)) return broken('its answer is no whole gzip')
    throw error
  } finally {
    text.drop()
  }
}

function tooLarge(mostBytes: number): Failed {
  return lasting(`the answer is larger than ${mostBytes} bytes`)
}

/** Too large once is too large the next time. */
function lasting(why: string): Failed {
  return { kind: 'failed', reached: true, why, isLasting: true }
}

async function* unzipped(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: unzippedBytes })
  // Whatever breaks either of them is thrown to whoever reads.
  pipeline(parts, unzip, () => {})
  for await (const part of unzip) if (part instanceof Buffer) yield part
}

const unzippedBytes = 65_536

function isOfGzip(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' && code.startsWith('Z_')
}

function broken(why: string): Failed {
  return { kind: 'failed', reached: true, why }
}
