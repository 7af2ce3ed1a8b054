/**
 * Who leads: one Lease object, which at most one process holds at a time. When a hold ends is
 * measured by each process's own monotonic clock: the holder counts from before it asked, the
 * others from after they saw, so that clocks that differ shorten nothing. The times that are
 * written are for people.
 *
 * A lease may be asked for, by an annotation. Its holder is told, and gives it back when it can;
 * nobody else takes it, for as long as a lease lasts since anything of it changed.
 *
 * Epochs grow as long as the object lives. Where somebody deletes it, they still grow for whoever
 * saw it before; a process that never did begins at 1 again, and creates it at once. Nobody but
 * the operators of one installation may delete or write it.
 */
import type { KubernetesApi, KubernetesObject } from './api.js'
import {
  type Ground,
  type Held,
  Holding,
  inTime,
  isMissing,
  retryPauseUs,
  whyNot,
} from './lease-hold.js'
import { created, type LeaseSettings, leasesOf, type Term, taken, termOf } from './lease-object.js'
import { risingClock } from './micro-time.js'
import type { Timing } from './timing.js'

export type { Held } from './lease-hold.js'
export type { LeaseSettings } from './lease-object.js'

export const usualLease = {
  durationUs: 15_000_000,
  renewDeadlineUs: 10_000_000,
  retryUs: 2_000_000,
} as const

export class Lease {
  private readonly ground: Ground
  private seen: Seen | null = null
  private highestEpoch = 0
  private holding: Holding | null = null
  private isAcquiring = false
  private lastTrouble: string | null = null

  constructor(
    private readonly api: KubernetesApi,
    private readonly settings: LeaseSettings,
    private readonly timing: Timing,
  ) {
    check(settings)
    this.ground = { api, settings, timing, writtenUs: risingClock(timing) }
  }

  /**
   * Waits until this process holds it. Rejects with the signal's reason when that is aborted, and
   * holds nothing then.
   */
  async acquire(signal: AbortSignal): Promise<Held> {
    if (this.isAcquiring || this.holding?.isOver() === false) {
      throw new Error('the lease is held, or being acquired, by this process already')
    }
    this.isAcquiring = true
    try {
      for (;;) {
        signal.throwIfAborted()
        this.holding = await this.attempt()
        if (this.holding === null) await this.timing.sleep(retryPauseUs(this.ground), signal)
        else if (!signal.aborted) return this.holding.kept()
        else await this.holding.release()
      }
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      this.isAcquiring = false
      this.lastTrouble = null
    }
  }

  /** Why it is not held yet, while `acquire` waits. */
  trouble(): string | null {
    return this.lastTrouble
  }

  private async attempt(): Promise<Holding | null> {
    const { api, settings, ground } = this
    const answer = await inTime(ground, api.get(leasesOf(settings), settings.name))
    if (answer.kind !== 'answered' && !isMissing(answer)) return this.failed(whyNot(answer))
    const current = answer.kind === 'answered' ? answer.value : null
    const why = this.whyNotYet(current)
    return why === null ? this.take(current) : this.failed(why)
  }

  /** Whose hold or request stands in the way. One that was deleted ends when it ends anyway. */
  private whyNotYet(current: KubernetesObject | null): string | null {
    const nowUs = this.timing.monotonicUs()
    if (current !== null) {
      const term = termOf(current, this.settings.durationUs)
      this.highestEpoch = Math.max(this.highestEpoch, term.epoch)
      if (!isSame(this.seen?.term, term)) this.seen = { term, atUs: nowUs }
    }
    if (this.seen === null) return null
    const { term, atUs } = this.seen
    const { identity, durationUs, takesFrom } = this.settings
    const isForUs = term.askedBy === '' || term.askedBy === identity
    const isAsked = !isForUs && nowUs - atUs < durationUs
    // In our own name nothing is held: that is a take whose answer was lost, or a hold given up.
    const isFree = ['', identity, takesFrom].includes(term.holder)
    if (!isFree && nowUs - atUs < term.durationUs) return `${term.holder} holds it`
    return isAsked ? `${term.askedBy} asked for it` : null
  }

  private async take(current: KubernetesObject | null): Promise<Holding | null> {
    const { api, settings, timing, ground } = this
    const resource = leasesOf(settings)
    const epoch = this.highestEpoch + 1
    const startUs = timing.monotonicUs()
    const atUs = ground.writtenUs()
    const asked =
      current === null
        ? api.create(resource, created(settings, epoch, atUs))
        : api.replace(resource, taken(current, settings, epoch, atUs), null)
    const answer = await inTime(ground, asked)
    // Unless it was refused, that epoch may stand in the object, even if that is deleted next.
    if (answer.kind !== 'refused') this.highestEpoch = epoch
    if (answer.kind !== 'answered') return this.failed(whyNot(answer))
    if (timing.monotonicUs() - startUs >= settings.renewDeadlineUs) {
      return this.failed('the answer came too late to rely on')
    }
    return new Holding(ground, answer.value, epoch, startUs)
  }

  private failed(why: string): null {
    this.lastTrouble = why
    return null
  }
}

interface Seen {
  readonly term: Term
  /** When it was first seen as it is, by the monotonic clock. */
  readonly atUs: number
}

function isSame(before: Term | undefined, { text, askedBy }: Term): boolean {
  return before?.text === text && before.askedBy === askedBy
}

function check({ identity, durationUs, renewDeadlineUs, retryUs }: LeaseSettings): void {
  const isInOrder = durationUs > renewDeadlineUs && renewDeadlineUs > 1.2 * retryUs && retryUs > 0
  if (isInOrder && identity !== '') return
  throw new Error('a lease needs an identity, and duration > deadline > 1.2 times retry > 0')
}
