/** Ranges of user bytes that cannot be had any more, and the error that names them. */
import { type OperatingError, Refused } from '../../core/errors.js'
import type { ByteRange } from './layout.js'

/** Ranges added in any order, told in the order of the file, neighbours joined. */
export class LostRanges {
  readonly #ranges: ByteRange[] = []

  add({ firstByte, bytes }: ByteRange): void {
    if (bytes <= 0) return
    const last = this.#ranges.at(-1)
    const isNext = last !== undefined && last.firstByte + last.bytes === firstByte
    if (isNext) this.#ranges.pop()
    this.#ranges.push(
      isNext ? { firstByte: last.firstByte, bytes: last.bytes + bytes } : { firstByte, bytes },
    )
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  list(): readonly ByteRange[] {
    const joined: ByteRange[] = []
    for (const range of [...this.#ranges].sort((one, other) => one.firstByte - other.firstByte)) {
      const last = joined.at(-1)
      if (last === undefined || last.firstByte + last.bytes < range.firstByte) {
        joined.push(range)
        continue
      }
      const end = Math.max(last.firstByte + last.bytes, range.firstByte + range.bytes)
      joined[joined.length - 1] = { firstByte: last.firstByte, bytes: end - last.firstByte }
    }
    return joined
  }
}

/** Each range is an error of its own up to this many; the first one tells how many more. */
const mostNamed = 100

export function bytesLost(
  directory: string,
  ranges: readonly ByteRange[],
  stripeBytes: number,
): Refused {
  const errors = ranges.slice(0, mostNamed).map((range): OperatingError => {
    const { firstByte, bytes } = range
    const last = firstByte + bytes - 1
    const from = Math.floor(firstByte / stripeBytes)
    const to = Math.floor(last / stripeBytes)
    const stripes = from === to ? `stripe ${from}` : `stripes ${from} to ${to}`
    return {
      code: 'BYTES_LOST',
      message: `bytes ${firstByte} to ${last} (${stripes}) are lost: too few shards are left`,
      where: { file: directory, byte: firstByte },
      hint: '`ec verify` names the shards; bring back a pool that holds some of them',
    }
  })
  const more = ranges.length - mostNamed
  if (more > 0) errors[0] = { ...errors[0], message: `${errors[0].message}; and ${more} more` }
  return new Refused(errors)
}
