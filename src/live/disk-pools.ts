/** Mayastor's DiskPools, watched in the version of their API that this cluster serves. */
import type { Answer, KubernetesApi, Resource } from '../kubernetes/api.js'
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
  private following: Promise<void> | null = null
  /** What is known is of a version that is served no longer, and no other was listed yet. */
  private isGone = false
  /** Of versions that are served no longer. */
  private listsBefore = 0
  private followed: Reflecting<KeptPool | null> | null = null

  constructor(
    private readonly api: KubernetesApi,
    private readonly timing: Timing,
  ) {
    this.listed = new Promise(resolve => {
      this.resolveListed = resolve
    })
  }

  start(): void {
    this.following = this.begin()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.following
  }

  whenListed(): Promise<void> {
    return this.listed
  }

  lists(): number {
    return this.listsBefore + (this.followed?.lists() ?? 0)
  }

  objects(): ReadonlyMap<string, KeptPool | null> | null {
    return this.pools?.objects() ?? null
  }

  knownUpToUs(): number | null {
    return this.pools?.knownUpToUs() ?? null
  }

  trouble(): string | null {
    return this.pools === null || this.isGone ? this.why : this.pools.trouble()
  }

  private async begin(): Promise<void> {
    const { signal } = this.stopping
    for (let pauseUs = firstPauseUs; !signal.aborted; pauseUs *= 2) {
      const resource = await this.served()
      if (signal.aborted) return
      if (resource !== null) {
        await this.follow(resource)
        if (signal.aborted) return
        pauseUs = firstPauseUs
      }
      await this.timing.sleep(Math.min(pauseUs, longestPauseUs), signal).catch(error => {
        if (!signal.aborted) throw error
      })
    }
  }

  /**
   * Until its version is served no longer, as after an upgrade of Mayastor. What was known stays,
   * and grows old, until another version was listed.
   */
  private async follow(resource: Resource): Promise<void> {
    const { signal } = this.stopping
    let tellGone: () => void = () => {}
    const gone = new Promise<void>(resolve => {
      tellGone = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const pools = reflect(this.noticing(tellGone), resource, { keep: keptPool }, this.timing)
    pools.start()
    this.listsBefore = this.lists()
    this.followed = pools
    this.pools ??= pools
    void pools.whenListed().then(() => {
      this.pools = pools
      this.isGone = false
      this.resolveListed()
    })
    await gone
    this.isGone = true
    this.why = `diskpools.openebs.io: ${resource.version} is served no longer`
    await pools.stop()
  }

  /** The same server; `onGone` is called where a list or a watch is not found. */
  private noticing(onGone: () => void): Pick<KubernetesApi, 'list' | 'watch'> {
    const noticed = <Value>(answer: Answer<Value>): Answer<Value> => {
      if (answer.kind === 'refused' && answer.status === notFound) onGone()
      return answer
    }
    return {
      list: async (resource, request) => noticed(await this.api.list(resource, request)),
      watch: async (resource, request, onEvent, signal) =>
        noticed(await this.api.watch(resource, request, onEvent, signal)),
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
