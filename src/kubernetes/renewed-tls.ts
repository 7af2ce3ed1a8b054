/**
 * Certificates that are exchanged while the program runs: they are looked at again, at most once a
 * minute, by whoever asks. What cannot be read or used meanwhile keeps what it was, since a mounted
 * Secret is exchanged in steps.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Timing } from './timing.js'
import type { Tls, TlsPart } from './tls-files.js'

const lookEachUs = 60_000_000

export class RenewedTls {
  private lookedUs: number

  constructor(
    private latest: Tls,
    private readonly parts: readonly TlsPart[],
    private readonly timing: Pick<Timing, 'monotonicUs'>,
  ) {
    this.lookedUs = timing.monotonicUs()
  }

  /** The same object until something of it is another. */
  current(): Tls {
    const nowUs = this.timing.monotonicUs()
    if (nowUs - this.lookedUs >= lookEachUs) {
      this.lookedUs = nowUs
      for (const part of this.parts) this.latest = renewed(this.latest, part)
    }
    return this.latest
  }
}

function renewed(tls: Tls, part: TlsPart): Tls {
  try {
    const read = { ...tls, ...part() }
    return isDeepStrictEqual(read, tls) ? tls : read
  } catch {
    return tls
  }
}
