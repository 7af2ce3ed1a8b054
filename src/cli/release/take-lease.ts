/** Takes the lease where nobody holds it; says who does where somebody shows to be alive. */
import type { KubernetesApi, KubernetesObject } from '../../kubernetes/api.js'
import type { Held, Lease, LeaseSettings } from '../../kubernetes/lease.js'
import { asking, leasesOf, termOf } from '../../kubernetes/lease-object.js'
import type { Timing } from '../../kubernetes/timing.js'

export type Taken =
  | { readonly kind: 'taken'; readonly held: Held }
  | { readonly kind: 'held'; readonly by: string }
  | { readonly kind: 'failed'; readonly why: string }

export interface Patience {
  /** Null: only for as long as a holder that is gone keeps others away, or one that is asked. */
  readonly waitUs: number | null
  /** Asks whoever holds it. */
  readonly takeOver: boolean
}

export async function takeLease(
  api: KubernetesApi,
  lease: Lease,
  settings: LeaseSettings,
  patience: Patience,
  timing: Timing,
): Promise<Taken> {
  const giveUp = new AbortController()
  const taking = lease.acquire(giveUp.signal).then(
    (held): Taken => ({ kind: 'taken', held }),
    (error: unknown): Taken => {
      if (error instanceof GivenUp) return error.taken
      throw error
    },
  )
  const watching = new Holder(api, settings, patience, timing)
  for (;;) {
    const verdict = await watching.look(lease.trouble())
    if (verdict !== null) giveUp.abort(new GivenUp(verdict))
    const taken = await Promise.race([taking, timing.sleep(lookUs).then(() => null)])
    if (taken !== null) return taken
  }
}

const lookUs = 500_000

/** Its last round, its window, and what the network takes. */
const handOverUs = 60_000_000

class GivenUp extends Error {
  constructor(readonly taken: Taken) {
    super('the lease is not waited for any longer')
  }
}

class Holder {
  private readonly beganUs: number
  private first: string | null = null
  private by = ''
  /** Nobody yet. */
  private asked = ''
  private patienceUs: number

  constructor(
    private readonly api: KubernetesApi,
    private readonly settings: LeaseSettings,
    private readonly patience: Patience,
    private readonly timing: Timing,
  ) {
    this.beganUs = timing.monotonicUs()
    this.patienceUs = settings.durationUs
  }

  /** Null: it is worth waiting. */
  async look(trouble: string | null): Promise<Taken | null> {
    const { api, settings, patience } = this
    const waitUs = patience.waitUs ?? (patience.takeOver ? handOverUs : null)
    const answer = await api.get(leasesOf(settings), settings.name)
    if (answer.kind === 'answered') {
      const isAlive = this.note(answer.value)
      if (patience.takeOver) await this.ask(answer.value)
      if (isAlive && waitUs === null) return { kind: 'held', by: this.by }
    }
    const limitUs = waitUs ?? this.patienceUs + 3 * settings.retryUs
    const isLate = this.timing.monotonicUs() - this.beganUs >= limitUs
    // Not found, or forbidden: waiting makes no namespace and gives no right.
    if (trouble !== null && (isLate || /^40[34]: /.test(trouble))) {
      return this.by === '' ? { kind: 'failed', why: trouble } : { kind: 'held', by: this.by }
    }
    return null
  }

  /** Once of each holder. Where it was renewed meanwhile, the next look asks. */
  private async ask(object: KubernetesObject): Promise<void> {
    const { api, settings } = this
    const { holder } = termOf(object, settings.durationUs)
    if (['', this.asked, settings.identity, settings.takesFrom].includes(holder)) return
    const wanted = asking(object, settings.identity)
    const answer = await api.replace(leasesOf(settings), wanted, null)
    if (answer.kind === 'answered') this.asked = holder
  }

  /** Answers whether its holder renewed it since it was first seen. */
  private note(object: KubernetesObject): boolean {
    const { settings } = this
    const { holder, text, durationUs } = termOf(object, settings.durationUs)
    if (holder === settings.identity) return false
    this.by = holder
    this.patienceUs = Math.max(this.patienceUs, durationUs)
    const before = this.first
    this.first = text
    return holder !== '' && before !== null && before !== text
  }
}
