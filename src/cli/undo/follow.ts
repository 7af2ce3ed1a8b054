/** Follows one VolumeMigration until it is finished or gone. */
import type { MigrationStatus } from '../../core/record.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import { type Reflecting, reflect } from '../../kubernetes/reflecting.js'
import type { Timing } from '../../kubernetes/timing.js'
import { type KeptMigration, keptMigration, volumeMigrations } from '../../live/migration-object.js'

export type Followed =
  | { readonly kind: 'finished'; readonly status: MigrationStatus }
  /** Before anybody said how it ended. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'late'; readonly message: string }

/** Begun before the object is deleted: its last words come just before it is gone. */
export class Following {
  private readonly watched: Reflecting<KeptMigration>
  private readonly ended: Promise<Followed>
  private message = 'nothing was heard of it'

  constructor(
    api: KubernetesApi,
    name: string,
    private readonly timing: Timing,
  ) {
    const selection = { fieldSelector: `metadata.name=${name}` }
    this.watched = reflect(api, volumeMigrations, { selection, keep: keptMigration }, timing)
    this.ended = new Promise(resolve => {
      this.watched.subscribe(change => {
        if (change.kind === 'gone') return resolve({ kind: 'gone' })
        const kept = this.watched.objects()?.get(name)
        if (kept === undefined) return resolve({ kind: 'gone' })
        const status = kept.record?.status ?? null
        if (status !== null) this.message = status.message
        if (status?.phase === 'finished') resolve({ kind: 'finished', status })
      })
    })
  }

  async start(): Promise<void> {
    this.watched.start()
    await this.watched.whenListed()
  }

  async within(durationUs: number): Promise<Followed> {
    const ending = new AbortController()
    const late = this.timing.sleep(durationUs, ending.signal).then(
      (): Followed => ({ kind: 'late', message: this.message }),
      (): Followed => ({ kind: 'late', message: this.message }),
    )
    const first = await Promise.race([this.ended, late])
    ending.abort()
    return first
  }

  stop(): Promise<void> {
    return this.watched.stop()
  }
}
