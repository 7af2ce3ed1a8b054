/** The body of an answer, of so many bytes at most. */
import type { Failed, Head, Limit } from './exchange.js'
import { GatheredBytes } from './gathered-bytes.js'

/** One that says itself to be larger is given up at its first byte. */
export async function wholeBody(
  head: Head,
  limit: Limit,
  mostBytes: number,
): Promise<Buffer | Failed> {
  const isToldLarger = Number(head.headers['content-length']) > mostBytes
  const bytes = new GatheredBytes()
  for await (const part of head.body(limit)) {
    if (isToldLarger || bytes.length + part.length > mostBytes) return tooLarge(mostBytes)
    bytes.add(part)
  }
  return bytes.take()
}

export function tooLarge(mostBytes: number): Failed {
  const why = `the answer is larger than ${mostBytes} bytes`
  return { kind: 'failed', reached: true, why, isLasting: true }
}
