/**
 * Mayastor through MayastorVolume and DiskPool objects: lists read afresh, one volume past every
 * cache, and the number of replicas written against the version that was just read.
 */
import type { Command, Reply } from '../../core/command.js'
import type { VolumeId } from '../../core/model.js'
import type {
  Answer,
  KubernetesApi,
  KubernetesObject,
  Resource,
  WhyNot,
} from '../../kubernetes/api.js'
import { listAll } from '../../kubernetes/list-all.js'
import { diskPoolVersions } from '../disk-pools.js'
import type { MayastorCluster, Read } from '../mayastor/client.js'
import type { Mayastor } from '../mayastor/mayastor.js'
import type { MayastorPool, MayastorVolume } from '../mayastor/model.js'
import { nodesOf, poolOfObject, withCommitted } from './pool-object.js'
import { replyTo } from './refusal.js'
import { volumeOfObject } from './volume-object.js'

const notFound = 404

export class MayastorVolumes implements Mayastor {
  readonly url: string
  readonly absent = 'the cluster serves no MayastorVolume objects (mayastorvolumes.openebs.io)'
  readonly hint =
    'leave out --volumes-from: Mayastor 2.x has no such objects, and its REST API is right there'
  private readonly resource: Resource
  /** Sentences, of the list that was read last. */
  private refused: readonly string[] = []

  /** The API answers or gives up within half the time that a command has. */
  constructor(
    private readonly api: KubernetesApi,
    private readonly namespace: string,
  ) {
    this.url = api.url
    this.resource = {
      ...{ group: 'openebs.io', version: 'v1alpha1' },
      ...{ plural: 'mayastorvolumes', namespace },
    }
  }

  faults(): readonly string[] {
    return this.refused
  }

  async cluster(): Promise<Read<MayastorCluster>> {
    const [listed, pools] = await Promise.all([listAll(this.api, this.resource), this.pools()])
    if (listed.kind === 'refused' && listed.status === notFound) return { kind: 'gone' }
    if (listed.kind !== 'answered') return this.unavailable(whyNot(listed))
    if (pools.kind !== 'read') return pools
    const refused: string[] = [...pools.value.refused]
    const volumes: MayastorVolume[] = []
    for (const one of listed.value) {
      const reading = volumeOfObject(one)
      if (reading.kind === 'volume') volumes.push(reading.volume)
      else refused.push(sentenceOf('MayastorVolume', one, reading, 'it is not moved'))
    }
    this.refused = refused
    const value = { pools: withCommitted(pools.value.pools, volumes), volumes }
    return { kind: 'read', value: { ...value, nodes: nodesOf(value.pools) } }
  }

  async volume(id: VolumeId): Promise<Read<MayastorVolume>> {
    const read = await this.read(id)
    return read.kind === 'read' ? { kind: 'read', value: read.value.volume } : read
  }

  async send(command: Command, whyNot?: WhyNot): Promise<Reply> {
    if (command.kind !== 'set-replica-count') {
      const text = `MayastorVolume objects carry no ${command.kind}: only the REST API does`
      return { kind: 'refused', refusal: 'invalid', text }
    }
    const { volume: id, count } = command
    const read = await this.read(id)
    if (read.kind === 'gone') {
      return { kind: 'refused', refusal: 'not-found', text: `there is no MayastorVolume ${id}` }
    }
    // Nothing was sent.
    if (read.kind !== 'read') return { kind: 'refused', refusal: 'busy', text: read.why }
    const { volume, version } = read.value
    if (volume.replicaCount === count) {
      return { kind: 'refused', refusal: 'already', text: `spec.numReplicas is ${count}` }
    }
    const patch = { metadata: { resourceVersion: version }, spec: { numReplicas: count } }
    const answer = await this.api.merge(this.resource, id, patch, whyNot)
    if (answer.kind !== 'answered') return replyTo(answer)
    const written = volumeOfObject(answer.value)
    if (written.kind === 'volume' && written.volume.replicaCount === count) return done
    return { kind: 'unknown', why: `${id} does not carry the ${count} replicas that were written` }
  }

  close(): void {
    this.api.close()
  }

  private async read(id: VolumeId): Promise<Read<Extract<Reading, { kind: 'volume' }>>> {
    if (!isName.test(id)) return { kind: 'gone' }
    const answer = await this.api.get(this.resource, id)
    if (answer.kind !== 'answered') {
      const isGone =
        answer.kind === 'refused' &&
        answer.status === notFound &&
        // Where the kind itself is not served, the answer names no object.
        answer.message.includes(`"${id}"`)
      return isGone ? { kind: 'gone' } : this.unavailable(whyNot(answer))
    }
    const reading = volumeOfObject(answer.value)
    if (reading.kind === 'volume') return { kind: 'read', value: reading }
    return this.unavailable(sentenceOf('MayastorVolume', answer.value, reading, 'it is not moved'))
  }

  private async pools(): Promise<Read<PoolsRead>> {
    for (const version of diskPoolVersions) {
      const { namespace } = this
      const resource = { group: 'openebs.io', version, plural: 'diskpools', namespace }
      const answer = await listAll(this.api, resource)
      if (answer.kind === 'refused' && answer.status === notFound) continue
      if (answer.kind !== 'answered') return this.unavailable(whyNot(answer))
      const read = answer.value.map(one => ({ one, ...poolOfObject(one) }))
      const refused = read.flatMap(({ one, refused }) =>
        refused === null ? [] : sentenceOf('DiskPool', one, refused, 'until then nothing moves'),
      )
      return { kind: 'read', value: { pools: read.map(({ pool }) => pool), refused } }
    }
    const known = diskPoolVersions.join(' nor ')
    return this.unavailable(`diskpools.openebs.io: the cluster serves neither ${known}`)
  }

  private unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
    return {
      kind: 'unavailable',
      why: `MayastorVolumes at ${this.url}, namespace ${this.namespace}: ${why}`,
    }
  }
}

type Reading = ReturnType<typeof volumeOfObject>

interface PoolsRead {
  readonly pools: readonly MayastorPool[]
  readonly refused: readonly string[]
}

const done: Reply = { kind: 'done', volume: null }

/** Of an object: there is none of another form, and no path is made of one. */
const isName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/

function whyNot(answer: Exclude<Answer<never>, { kind: 'answered' }>): string {
  return answer.kind === 'refused' ? `${answer.status}: ${answer.message}` : answer.why
}

function sentenceOf(
  kind: string,
  { metadata }: KubernetesObject,
  { field, why }: { readonly field: string; readonly why: string },
  effect: string,
): string {
  const name = `${metadata.namespace ?? ''}/${metadata.name}`
  return (
    `${kind} ${name} is refused for its field ${field} (${why}), ${effect}:` +
    ' give it the form that docs/mayastor-volumes.md shows'
  )
}
