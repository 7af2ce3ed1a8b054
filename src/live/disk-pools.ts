/** Mayastor's DiskPools, watched in the version of their API that this cluster serves. */
import type { KubernetesApi, Resource } from '../kubernetes/api.js'
import { type Reflecting, reflect } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import { type KeptPool, keptPool } from './kubernetes-objects.js'

/** The newer first: clusters that serve both convert. */
export const diskPoolVersions = ['v1beta3', 'v1beta2'] as const
const firstPauseUs = 1_000_000
const longestPauseUs = 30_000_000
const notFound = 404

export class DiskPools {
  private readonly stopping = new AbortController()
  private readonly listed: Promise<void>
  private resolveListed: () => void = () => {}
  private pools: Reflecting<KeptPool | null> | null = null
  private why: string | null = null

  constructor(
    private readonly api: KubernetesApi,
    private readonly timing: Timing,
  ) {
    this.listed = new Promise(resolve => {
      this.resolveListed = resolve
    })
  }

  start(): void {
    void this.begin()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.pools?.stop()
  }

  whenListed(): Promise<void> {
    return this.listed
  }

  objects(): ReadonlyMap<string, KeptPool | null> | null {
    return this.pools?.objects() ?? null
  }

  knownUpToUs(): number | null {
    return this.pools?.knownUpToUs() ?? null
  }

  trouble(): string | null {
    return this.pools === null ? this.why : this.pools.trouble()
  }

  private async begin(): Promise<void> {
    const { signal } = this.stopping
    for (let pauseUs = firstPauseUs; !signal.aborted; pauseUs *= 2) {
      const resource = await this.served()
      if (signal.aborted) return
      if (resource !== null) {
        this.pools = reflect(this.api, resource, { keep: keptPool }, this.timing)
        this.pools.start()
        await this.pools.whenListed()
        this.resolveListed()
        return
      }
      await this.timing.sleep(Math.min(pauseUs, longestPauseUs), signal).catch(error => {
        if (!signal.aborted) throw error
      })
    }
  }

  /** Null: none of them, or nobody answered. */
  private async served(): Promise<Resource | null> {
    for (const version of diskPoolVersions) {
      const resource = { group: 'openebs.io', version, plural: 'diskpools', namespace: null }
      const answer = await this.api.list(resource, { limit: 1 })
      if (answer.kind === 'answered') return resource
      if (answer.kind === 'refused' && answer.status === notFound) continue
      const why = answer.kind === 'refused' ? answer.message : answer.why
      this.why = `diskpools.openebs.io: ${why}`
      return null
    }
    this.why = `diskpools.openebs.io: the cluster serves neither ${diskPoolVersions.join(' nor ')}`
    return null
  }
}
