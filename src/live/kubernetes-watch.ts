/** What the inventory asks of Kubernetes, kept up to date by watches. */
import { group } from '../core/manifest.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../core/resources.js'
import type { KubernetesApi, Resource } from '../kubernetes/api.js'
import { type Reflecting, reflect } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import { DiskPools } from './disk-pools.js'
import type { KubernetesAnswer } from './kubernetes-facts.js'
import {
  keptClaim,
  keptClass,
  keptCodingPolicy,
  keptPolicy,
  keptVolume,
} from './kubernetes-objects.js'
import { whyUnknown } from './watch-age.js'
import { WatchedFacts, type WatchedObjects } from './watched-facts.js'

const storagePolicies = clusterWide(group, 'v1', 'storagepolicies')
const codingPolicies = clusterWide(group, 'v1', 'erasurecodingpolicies')
const volumes = clusterWide('', 'v1', 'persistentvolumes')
const claims = clusterWide('', 'v1', 'persistentvolumeclaims')
const classes = clusterWide('storage.k8s.io', 'v1', 'storageclasses')

/** As kubectl names what the watches are of. */
const kinds: Readonly<Record<string, string>> = {
  volumes: 'persistentvolumes',
  claims: 'persistentvolumeclaims',
  classes: 'storageclasses',
  pools: 'diskpools',
  policies: 'storagepolicies',
  codings: 'erasurecodingpolicies',
}

/** What is asked of any of the watches. */
type Source = Pick<
  Reflecting<unknown>,
  'start' | 'stop' | 'whenListed' | 'objects' | 'knownUpToUs' | 'trouble' | 'lists'
>

interface PolicyWatches {
  readonly policies: Reflecting<PolicyObject>
  readonly codings: Reflecting<ErasureCodingPolicyObject>
}

export class KubernetesWatch {
  private readonly facts = new WatchedFacts()
  private readonly watches: ReturnType<typeof watchesOf>
  private readonly policies: readonly PolicyObject[] | PolicyWatches
  private readonly sources: readonly (readonly [name: string, source: Source])[]
  private readonly listeners: (() => void)[] = []
  private latest: KubernetesAnswer | null = null
  /** As the listeners know them; null before the first list. */
  private told: readonly PolicyObject[] | null = null

  /** Policies are watched, or given, as of files: then the cluster need not know their kind. */
  constructor(
    api: KubernetesApi,
    private readonly timing: Timing,
    policies: 'watched' | readonly PolicyObject[] = 'watched',
  ) {
    this.watches = watchesOf(api, timing)
    this.policies = policies === 'watched' ? policyWatchesOf(api, timing) : policies
    const watched = isWatched(this.policies) ? this.policies : {}
    this.sources = Object.entries({ ...this.watches, ...watched })
  }

  /** Once. */
  start(): void {
    if (isWatched(this.policies)) {
      this.policies.policies.subscribe(() => this.compare())
      this.policies.codings.subscribe(() => this.compare())
    }
    for (const [, source] of this.sources) source.start()
  }

  async stop(): Promise<void> {
    await Promise.all(this.sources.map(([, source]) => source.stop()))
  }

  async whenListed(): Promise<void> {
    await Promise.all(this.sources.map(([, source]) => source.whenListed()))
  }

  /** Calls back when a policy is another than before: a status of one is no change of it. */
  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** The same object while nothing changed, not even the instant up to which it is known. */
  answer(): KubernetesAnswer {
    const { volumes, claims, classes, pools } = this.watches
    const objects = {
      volumes: volumes.objects(),
      claims: claims.objects(),
      classes: classes.objects(),
      pools: pools.objects(),
    }
    const policies = this.policiesNow()
    const why = this.whyUnknown()
    if (why !== null || !isWhole(objects) || policies === null) {
      return { kind: 'unavailable', why: why ?? 'not everything was listed yet' }
    }
    const facts = this.facts.of(objects, policies, this.knownUpToUs())
    const { latest } = this
    if (latest?.kind === 'known' && latest.facts === facts) return latest
    this.latest = { kind: 'known', facts }
    return this.latest
  }

  /** As they stand; none where policies were given. */
  codingPolicies(): readonly ErasureCodingPolicyObject[] {
    if (!isWatched(this.policies)) return []
    return [...(this.policies.codings.objects() ?? new Map()).values()]
  }

  /** By kind of object. */
  watched(): Readonly<Record<string, Pick<Source, 'knownUpToUs' | 'lists'>>> {
    return Object.fromEntries(this.sources.map(([name, source]) => [kinds[name] ?? name, source]))
  }

  /** Null: there is no such claim now. */
  claimUid(namespace: string, name: string): string | null {
    return this.watches.claims.objects()?.get(`${namespace}/${name}`)?.uid ?? null
  }

  private knownUpToUs(): number {
    return Math.min(...this.sources.map(([, source]) => source.knownUpToUs() ?? 0))
  }

  private whyUnknown(): string | null {
    for (const [name, source] of this.sources) {
      const why = whyUnknown(name, source, this.timing.nowUs())
      if (why !== null) return why
    }
    return null
  }

  private policiesNow(): readonly PolicyObject[] | null {
    if (!isWatched(this.policies)) return this.policies
    const policies = this.policies.policies.objects()
    const codings = this.policies.codings.objects()
    return policies && codings && this.facts.policiesOf(policies, codings)
  }

  private compare(): void {
    const { told } = this
    this.told = this.policiesNow()
    if (told === null || told === this.told) return
    for (const listener of this.listeners) listener()
  }
}

function watchesOf(api: KubernetesApi, timing: Timing) {
  return {
    volumes: reflect(api, volumes, { keep: keptVolume }, timing),
    claims: reflect(api, claims, { keep: keptClaim }, timing),
    classes: reflect(api, classes, { keep: keptClass }, timing),
    pools: new DiskPools(api, timing),
  }
}

function policyWatchesOf(api: KubernetesApi, timing: Timing): PolicyWatches {
  return {
    policies: reflect(api, storagePolicies, { keep: keptPolicy }, timing),
    codings: reflect(api, codingPolicies, { keep: keptCodingPolicy }, timing),
  }
}

function isWatched(policies: readonly PolicyObject[] | PolicyWatches): policies is PolicyWatches {
  return !Array.isArray(policies)
}

type Listed = { readonly [Name in keyof WatchedObjects]: WatchedObjects[Name] | null }

function isWhole(objects: Listed): objects is WatchedObjects {
  return Object.values(objects).every(one => one !== null)
}

function clusterWide(group: string, version: string, plural: string): Resource {
  return { group, version, plural, namespace: null }
}
