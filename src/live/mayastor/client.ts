/**
 * Mayastor's REST API: lists, one volume, and commands. Every reply is checked before anything of
 * it is read.
 */
import type { Command, Reply } from '../../core/command.js'
import type { Labels, NodeId, PoolId, StorageNode, VolumeId } from '../../core/model.js'
import type { WhyNot } from '../../kubernetes/api.js'
import type { HttpClient } from '../http/client.js'
import { type JsonAnswer, jsonAnswer } from '../http/json-answer.js'
import type { Check } from '../shape.js'
import { requestOf } from './command-path.js'
import { type MayastorPool, type MayastorVolume, nodeOf, poolOf, volumeOf } from './model.js'
import { refusalOf, refusalWithoutKind } from './refusal.js'
import { replies, type VolumeReply } from './replies.js'

export interface MayastorCluster {
  readonly pools: readonly MayastorPool[]
  readonly nodes: readonly StorageNode[]
  readonly volumes: readonly MayastorVolume[]
}

export type Read<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  /** Mayastor itself says that it does not know the thing. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface MayastorSettings {
  /**
   * Entries of one page of volumes; 0: all in one reply. Between pages the list may change under
   * the reader.
   */
  readonly pageEntries: number
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Lists that changed while they were read are read again so often. */
const mostReadings = 3

export class MayastorClient {
  readonly absent: string = 'Mayastor has no such lists'
  readonly hint: string = 'check --mayastor-url; from outside, forward the port of openebs-api-rest'

  constructor(
    private readonly http: HttpClient,
    private readonly settings: MayastorSettings = { pageEntries: 0 },
  ) {}

  get url(): string {
    return this.http.url
  }

  async pools(): Promise<Read<readonly MayastorPool[]>> {
    return mapped(await this.get('/pools', replies.pools), pools => pools.map(poolOf))
  }

  async pool(id: PoolId): Promise<Read<MayastorPool>> {
    return mapped(await this.get(`/pools/${encodeURIComponent(id)}`, replies.pool), poolOf)
  }

  async node(id: NodeId): Promise<Read<StorageNode>> {
    return mapped(await this.get(`/nodes/${encodeURIComponent(id)}`, replies.node), nodeOf)
  }

  async nodes(): Promise<Read<readonly StorageNode[]>> {
    return mapped(await this.get('/nodes', replies.nodes), nodes => nodes.map(nodeOf))
  }

  /** Pools, nodes and volumes, each list by itself consistent. */
  async cluster(): Promise<Read<MayastorCluster>> {
    const [pools, nodes, volumes] = await Promise.all([
      this.pools(),
      this.nodes(),
      this.volumeReplies(),
    ])
    if (pools.kind !== 'read') return pools
    if (nodes.kind !== 'read') return nodes
    if (volumes.kind !== 'read') return volumes
    const labels = new Map(pools.value.map(pool => [pool.id, pool.schedulerLabels]))
    const seen = volumes.value.map(reply => volumeOf(reply, pool => labels.get(pool)))
    return { kind: 'read', value: { pools: pools.value, nodes: nodes.value, volumes: seen } }
  }

  async volume(
    id: VolumeId,
    labelsOf: (pool: PoolId) => Labels | undefined,
  ): Promise<Read<MayastorVolume>> {
    // The API takes nothing else for the name of a volume: there is none of another form.
    if (!uuid.test(id)) return { kind: 'gone' }
    const read = await this.get(`/volumes/${encodeURIComponent(id)}`, replies.volume)
    if (read.kind === 'read' && read.value.spec.uuid !== id) {
      return { kind: 'unavailable', why: this.saying('it answers with another volume') }
    }
    return mapped(read, reply => volumeOf(reply, labelsOf))
  }

  async send(command: Command, whyNot?: WhyNot): Promise<Reply> {
    const answer = jsonAnswer(await this.http.change({ ...requestOf(command), whyNot }))
    if (answer.kind === 'none') {
      const why = this.saying(answer.why)
      if (!answer.reached) return { kind: 'refused', refusal: 'busy', text: why }
      return answer.status === null
        ? { kind: 'unknown', why }
        : refusalWithoutKind(answer.status, why)
    }
    const { status, value } = answer
    if (status < 200 || status > 299) return this.refused(status, value)
    if (value === undefined && command.kind !== 'set-replica-count') return done
    const checked = replyCheck(command)(value)
    if (checked.kind === 'valid') return done
    return { kind: 'unknown', why: this.saying(`it answers ${status}, but ${checked.why}`) }
  }

  private refused(status: number, value: unknown): Reply {
    const problem = replies.problem(value)
    if (problem.kind === 'valid') return refusalOf(status, problem.value)
    return refusalWithoutKind(status, this.saying(`it answers ${status}, and does not say why`))
  }

  private async volumeReplies(): Promise<Read<readonly VolumeReply[]>> {
    for (let reading = 0; reading < mostReadings; reading++) {
      const read = await this.allPages()
      if (read.kind !== 'read') return read
      const ids = new Set(read.value.map(({ spec }) => spec.uuid))
      // A volume that came twice moved in the list, and another may have been passed over.
      if (ids.size === read.value.length) return read
    }
    const why = this.saying('its list of volumes changes faster than it can be read')
    return { kind: 'unavailable', why }
  }

  private async allPages(): Promise<Read<readonly VolumeReply[]>> {
    const found: VolumeReply[] = []
    let token: number | null = null
    for (;;) {
      const start: string = token === null ? '' : `&starting_token=${token}`
      const path = `/volumes?max_entries=${this.settings.pageEntries}${start}`
      const read = await this.get(path, replies.volumes)
      if (read.kind !== 'read') return read
      found.push(...read.value.entries)
      const next = read.value.next_token ?? null
      if (next === null) return { kind: 'read', value: found }
      if (token !== null && next <= token) {
        return { kind: 'unavailable', why: this.saying('its pages of volumes do not go on') }
      }
      token = next
    }
  }

  private async get<Value>(path: string, check: Check<Value>): Promise<Read<Value>> {
    const answer = jsonAnswer(await this.http.read({ method: 'GET', path }))
    if (answer.kind === 'none') return { kind: 'unavailable', why: this.saying(answer.why) }
    if (answer.status !== 200) return this.notRead(answer)
    const checked = check(answer.value)
    if (checked.kind === 'valid') return { kind: 'read', value: checked.value }
    return { kind: 'unavailable', why: this.saying(`of its answer to ${path}, ${checked.why}`) }
  }

  private notRead(answer: Extract<JsonAnswer, { kind: 'document' }>): Read<never> {
    const { status, value } = answer
    const problem = replies.problem(value)
    if (problem.kind === 'invalid') {
      const isToken = status === 401 || status === 403
      const why = isToken ? `it answers ${status}: it wants a valid token` : `it answers ${status}`
      return { kind: 'unavailable', why: this.saying(why) }
    }
    const { kind, message } = problem.value
    if (status === 404 && kind === 'NotFound') return { kind: 'gone' }
    return { kind: 'unavailable', why: this.saying(`${kind} (${status}): ${message ?? ''}`) }
  }

  private saying(why: string): string {
    return `Mayastor at ${this.http.url}: ${why}`
  }
}

const done: Reply = { kind: 'done', volume: null }

function replyCheck(command: Command): Check<unknown> {
  switch (command.kind) {
    case 'set-replica-count':
      return replies.volume
    case 'cordon-node':
    case 'uncordon-node':
      return replies.node
    default:
      return replies.pool
  }
}

function mapped<From, To>(read: Read<From>, change: (value: From) => To): Read<To> {
  return read.kind === 'read' ? { kind: 'read', value: change(read.value) } : read
}
