/** One hold of a lease: renewed while that succeeds, lost when it may no longer be relied on. */
import type { Answer, KubernetesApi, KubernetesObject } from './api.js'
import { kept, type LeaseSettings, leasesOf, released, renewed, termOf } from './lease-object.js'
import type { Timing } from './timing.js'

export interface Held {
  /** Higher than that of every hold before. */
  readonly epoch: number
  /** By the monotonic clock. */
  readonly heldSinceUs: number
  /**
   * Resolves with the reason when the lease may no longer be relied on; never rejects, and never
   * settles where it was released before.
   */
  readonly lost: Promise<string>
  /** Resolves with who asks for it, where somebody does; it holds until it is released. */
  readonly asked: Promise<string>
  /** How long from now the lease surely holds; zero or less when it does not, or no longer. */
  holdsForUs(): number
  /** Holds no longer from the call on; settles when others may know, or could not be told. */
  release(): Promise<void>
  /** As `release`, but that others wait for so long yet, as for one that was killed. */
  leave(durationUs: number): Promise<void>
}

export interface Ground {
  readonly api: KubernetesApi
  readonly settings: LeaseSettings
  readonly timing: Timing
  /** Rises: a renewal that changes nothing is one that nobody sees. */
  readonly writtenUs: () => number
}

export class Holding implements Held {
  readonly heldSinceUs: number
  readonly lost: Promise<string>
  readonly asked: Promise<string>
  private readonly over = new AbortController()
  private tellLost: (why: string) => void = () => {}
  private tellAsked: (by: string) => void = () => {}
  private renewedUs: number
  private endsUs: number
  /** False once the object was seen to be another's, or gone. */
  private isOurs = true
  private releasing: Promise<void> | null = null
  private lastTrouble = 'no answer'

  constructor(
    private readonly ground: Ground,
    /** Null while it is in doubt what the server has. */
    private current: KubernetesObject | null,
    readonly epoch: number,
    startUs: number,
  ) {
    this.heldSinceUs = ground.timing.monotonicUs()
    this.renewedUs = startUs
    this.endsUs = startUs + ground.settings.durationUs
    this.lost = new Promise(resolve => {
      this.tellLost = resolve
    })
    this.asked = new Promise(resolve => {
      this.tellAsked = resolve
    })
  }

  kept(): this {
    void this.keepRenewing()
    void this.endInTime()
    return this
  }

  isOver(): boolean {
    return this.over.signal.aborted
  }

  holdsForUs(): number {
    return this.endsUs - this.ground.timing.monotonicUs()
  }

  release(): Promise<void> {
    return this.ended(released)
  }

  leave(durationUs: number): Promise<void> {
    return this.ended((current, atUs) => kept(current, durationUs, atUs))
  }

  private ended(as: typeof released): Promise<void> {
    this.end()
    this.releasing ??= this.giveBack(as)
    return this.releasing
  }

  private async keepRenewing(): Promise<void> {
    while (!this.isOver()) {
      await this.nap(retryPauseUs(this.ground))
      if (!this.isEnding()) await this.renew()
    }
  }

  /** On its own, since a renewal may wait for its answer for longer than there is time. */
  private async endInTime(): Promise<void> {
    for (let leftUs = this.leftUs(); leftUs > 0 && !this.isOver(); leftUs = this.leftUs()) {
      await this.nap(leftUs)
    }
    this.lose(`it could not be renewed in time: ${this.lastTrouble}`)
  }

  /** Retry-After is not waited for: a lease is asked for seldom, and does not last. */
  private async renew(): Promise<void> {
    const current = this.current ?? (await this.read())
    if (current === null || this.isEnding()) return
    const { api, settings, timing, writtenUs } = this.ground
    const startUs = timing.monotonicUs()
    this.current = null
    const wanted = renewed(current, settings, writtenUs())
    const answer = await inTime(this.ground, api.replace(leasesOf(settings), wanted, null))
    if (this.isEnding()) return
    if (answer.kind !== 'answered') return this.met(answer)
    if (!this.isStillOurs(answer.value)) return
    this.current = answer.value
    this.renewedUs = startUs
    this.endsUs = startUs + settings.durationUs
  }

  private async read(): Promise<KubernetesObject | null> {
    const { api, settings } = this.ground
    const answer = await inTime(this.ground, api.get(leasesOf(settings), settings.name))
    if (answer.kind === 'answered') return this.isStillOurs(answer.value) ? answer.value : null
    this.met(answer)
    return null
  }

  private isStillOurs(object: KubernetesObject): boolean {
    const { identity, durationUs } = this.ground.settings
    const { holder, epoch, askedBy } = termOf(object, durationUs)
    if (askedBy !== '') this.tellAsked(askedBy)
    if (holder === identity && epoch === this.epoch) return true
    this.isOurs = false
    this.lose(holder === '' ? 'somebody released it' : `${holder} holds it, with epoch ${epoch}`)
    return false
  }

  private met(answer: Unanswered): void {
    this.lastTrouble = whyNot(answer)
    if (!isMissing(answer)) return
    this.isOurs = false
    this.lose('it was deleted')
  }

  /** Without a pause between tries: who releases is about to exit, and it expires anyway. */
  private async giveBack(as: typeof released): Promise<void> {
    const { api, settings, writtenUs } = this.ground
    for (let tries = 0; tries < 3 && this.isOurs; tries++) {
      const current = this.current ?? (await this.read())
      this.current = null
      if (current === null) continue
      const wanted = as(current, writtenUs())
      const answer = await inTime(this.ground, api.replace(leasesOf(settings), wanted, null))
      if (answer.kind === 'answered') return
    }
  }

  private lose(why: string): void {
    if (this.isOver()) return
    this.end()
    this.tellLost(why)
  }

  private end(): void {
    this.endsUs = Math.min(this.endsUs, this.ground.timing.monotonicUs())
    this.over.abort()
  }

  /** Also where the time is over, and a process that was stopped has not come to say so. */
  private isEnding(): boolean {
    return this.isOver() || this.leftUs() <= 0
  }

  private leftUs(): number {
    const { settings, timing } = this.ground
    return this.renewedUs + settings.renewDeadlineUs - timing.monotonicUs()
  }

  /** The end of the hold ends it. */
  private async nap(durationUs: number): Promise<void> {
    try {
      await this.ground.timing.sleep(durationUs, this.over.signal)
    } catch (error) {
      if (!this.isOver()) throw error
    }
  }
}

/** A call that hangs must leave time for another: half of what a hold has. */
export async function inTime(
  { settings, timing }: Ground,
  asked: Promise<Answer<KubernetesObject>>,
): Promise<Answer<KubernetesObject>> {
  const limitUs = Math.floor(settings.renewDeadlineUs / 2)
  const why = `no answer within ${limitUs / 1_000_000} s`
  const hung = { kind: 'failed', reached: true, why } as const
  const done = new AbortController()
  const late = timing.sleep(limitUs, done.signal).then(
    () => hung,
    () => hung,
  )
  const answer = await Promise.race([asked, late])
  done.abort()
  return answer
}

type Unanswered = Exclude<Answer<KubernetesObject>, { readonly kind: 'answered' }>

/** Up to a fifth more, so that several who wait do not ask all at once. */
export function retryPauseUs({ settings, timing }: Ground): number {
  return Math.floor(settings.retryUs * (1 + 0.2 * timing.chance()))
}

export function isMissing(answer: Unanswered): boolean {
  return answer.kind === 'refused' && answer.status === 404
}

export function whyNot(answer: Unanswered): string {
  return answer.kind === 'failed' ? answer.why : `${answer.status}: ${answer.message}`
}
