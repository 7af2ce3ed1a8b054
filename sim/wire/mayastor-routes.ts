/**
 * Mayastor's REST API over the modelled control plane: every operation that an operator needs, with
 * the answers, errors and staleness of the version that the scenario names. A path or method that
 * is none of these is answered as the real server answers it.
 */
import type { Command } from '../../src/core/command.js'
import { nodeId, poolId, type Volume, type VolumeId } from '../../src/core/model.js'
import { begin, finish } from '../mover.js'
import type { World } from '../world.js'
import { json, parsedJson, partsOf, type WireAnswer, type WireRequest } from './exchange.js'
import type { Identity } from './identity.js'
import { isUuid } from './identity.js'
import { nodeShape, poolShape } from './place-shape.js'
import { noOperation, refusedCommand, restError } from './rest-error.js'
import { scopesOf } from './scopes.js'
import { volumeShape } from './volume-shape.js'

type Parts = readonly string[]
type Run = (parts: Parts, request: WireRequest) => WireAnswer

interface Operation {
  readonly method: string
  /** `*` is any one part. */
  readonly path: Parts
  readonly run: Run
}

/** The operator's label; it says who made a pool, and the API keeps it. */
const createdBy = 'openebs.io/created-by'

export class MayastorRoutes {
  private readonly operations: readonly Operation[] = [
    operation('GET /volumes', (_, request) => this.volumes(request.query)),
    operation('GET /volumes/*', ([, uuid]) => this.volume(uuid)),
    operation('PUT /volumes/*/replica_count/*', parts => this.setReplicaCount(parts)),
    operation('GET /pools', (_, request) => this.pools(request.query)),
    operation('GET /pools/*', ([, id]) => this.pool(id)),
    operation('GET /nodes', (_, request) => this.nodes(request.query)),
    operation('GET /nodes/*', ([, id]) => this.node(id)),
    operation('PUT /pools/*/cordon', (parts, request) => this.cordonPool(parts, request)),
    operation('DELETE /pools/*/cordon', (parts, request) => this.cordonPool(parts, request)),
    operation('PUT /nodes/*/cordon/*', parts => this.cordonNode(parts, 'cordon-node')),
    operation('DELETE /nodes/*/cordon/*', parts => this.cordonNode(parts, 'uncordon-node')),
    operation('PUT /pools/*/label/*', (parts, request) => this.labelPool(parts, request)),
    operation('DELETE /pools/*/label/*', parts => this.unlabelPool(parts)),
  ]

  constructor(
    private readonly world: World,
    private readonly identity: Identity,
  ) {}

  answer(request: WireRequest): WireAnswer {
    const { faults, engine } = this.world
    const fate = faults.answer('mayastor', engine.nowUs)
    const answer = this.perform(request)
    if (fate.kind === 'lost') return { kind: 'cut' }
    return answer.kind === 'answer' ? { ...answer, lateUs: fate.delayUs } : answer
  }

  private perform(request: WireRequest): WireAnswer {
    if (request.isTooLong) return restError('Deserialize', 'JSON payload is larger than allowed')
    const parts = partsOf(request.path, '/v0')
    if (parts === null) return restError('Deserialize', 'the path has an escape that is none')
    const found = this.operations.find(one => matches(one, request.method, parts))
    return found === undefined ? noOperation : found.run(parts, request)
  }

  private volumes(query: URLSearchParams): WireAnswer {
    const most = wholeNumber(query.get('max_entries'))
    const from = wholeNumber(query.get('starting_token') ?? '0')
    if (most === null) return restError('Deserialize', 'missing field `max_entries`')
    if (from === null) return restError('Deserialize', 'starting_token: invalid digit')
    const wanted = query.get('volume_id')
    if (wanted !== null && !isUuid(wanted)) return badUuid(wanted)
    const only = wanted === null ? null : this.identity.volumeOf(wanted)
    const all = this.world.view
      .observe()
      .cluster.volumes.filter(volume => wanted === null || volume.id === only)
    const page = most === 0 ? all.slice(from) : all.slice(from, from + most)
    const entries = page.map(volume => volumeShape(volume, this.identity))
    const next = from + page.length
    return json(200, { entries, ...(next < all.length ? { next_token: next } : {}) })
  }

  private volume(uuid: string): WireAnswer {
    if (!isUuid(uuid)) return badUuid(uuid)
    const volume = this.seen(this.identity.volumeOf(uuid))
    if (volume === null) return restError('NotFound', `Volume '${uuid}' not found`)
    return json(200, volumeShape(volume, this.identity))
  }

  private setReplicaCount([, uuid, , text]: Parts): WireAnswer {
    if (!isUuid(uuid)) return badUuid(uuid)
    const count = wholeNumber(text)
    if (count === null || count > 255) {
      return restError('Deserialize', `cannot parse ${JSON.stringify(text)} to a u8`)
    }
    const volume = this.identity.volumeOf(uuid)
    if (volume === null) return restError('NotFound', `Volume '${uuid}' not found`)
    const command: Command = { kind: 'set-replica-count', volume, count }
    return this.send(command, () => this.volume(uuid), uuid)
  }

  private pools(query: URLSearchParams): WireAnswer {
    const wanted = query.get('volume_id')
    const { pools } = this.world.view.observe().cluster
    if (wanted === null) return json(200, pools.map(poolShape))
    if (!isUuid(wanted)) return badUuid(wanted)
    const volume = this.seen(this.identity.volumeOf(wanted))
    if (volume === null) return restError('NotFound', `Volume '${wanted}' not found`)
    const hosts = pools.filter(pool => volume.replicas.some(replica => replica.pool === pool.id))
    return json(200, hosts.map(poolShape))
  }

  private pool(id: string): WireAnswer {
    const pool = this.world.view.observe().cluster.pools.find(one => one.id === id)
    return pool === undefined ? noPool(id) : json(200, poolShape(pool))
  }

  private nodes(query: URLSearchParams): WireAnswer {
    const wanted = query.get('node_id')
    const { nodes } = this.world.view.observe().cluster
    const shown = nodes.filter(node => wanted === null || node.id === wanted)
    return json(200, shown.map(nodeShape))
  }

  private node(id: string): WireAnswer {
    const node = this.world.view.observe().cluster.nodes.find(one => one.id === id)
    return node === undefined ? noNode(id) : json(200, nodeShape(node))
  }

  private cordonPool([, id]: Parts, { method, body }: WireRequest): WireAnswer {
    if (!this.world.control.cordons.knowsPoolCordons) return noOperation
    const read = scopesOf(parsedJson(body))
    if (read.kind === 'wrong') return restError('Deserialize', read.why)
    const kind = method === 'PUT' ? 'cordon-pool' : 'uncordon-pool'
    return this.send({ kind, pool: poolId(id), scopes: read.scopes }, () => this.pool(id))
  }

  private cordonNode([, id, , label]: Parts, kind: 'cordon-node' | 'uncordon-node'): WireAnswer {
    return this.send({ kind, node: nodeId(id), label }, () => this.node(id))
  }

  private labelPool([, id, , text]: Parts, { query }: WireRequest): WireAnswer {
    const split = text.indexOf('=')
    if (split < 1) return noOperation
    const overwrite = query.get('overwrite') ?? 'false'
    if (overwrite !== 'true' && overwrite !== 'false') {
      return restError('Deserialize', 'overwrite: provided string was not `true` or `false`')
    }
    const [key, value] = [text.slice(0, split), text.slice(split + 1)]
    const pool = this.world.control.pools.find(one => one.id === id)
    if (pool?.labels[key] !== undefined && overwrite === 'false') {
      return restError('FailedPrecondition', `Pool '${id}' has the label '${key}' already`)
    }
    const command: Command = { kind: 'label-pool', pool: poolId(id), key, value }
    return this.send(command, () => this.pool(id))
  }

  private unlabelPool([, id, , key]: Parts): WireAnswer {
    if (key === createdBy) return restError('InvalidArgument', `Label '${key}' cannot be removed`)
    return this.send({ kind: 'unlabel-pool', pool: poolId(id), key }, () => this.pool(id))
  }

  /** As the mover does, in no time: what is asked for takes effect, then it is shown. */
  private send(command: Command, shown: () => WireAnswer, name?: string): WireAnswer {
    const { control } = this.world
    const reply = begin(control, command) ?? finish(control, command)
    if (reply.kind !== 'refused') return shown()
    const own = command.kind === 'set-replica-count' ? command.volume : ''
    const text = name === undefined ? reply.text : reply.text.replace(`'${own}'`, `'${name}'`)
    return refusedCommand(command.kind, reply.refusal, text)
  }

  private seen(id: VolumeId | null): Volume | null {
    const model = id === null ? undefined : this.world.control.volume(id)
    return model === undefined ? null : this.world.view.volume(model)
  }
}

function operation(text: string, run: Run): Operation {
  const [method = '', path = ''] = text.split(' ')
  return { method, path: path.split('/').slice(1), run }
}

function matches({ method, path }: Operation, asked: string, parts: Parts): boolean {
  if (method !== asked || path.length !== parts.length) return false
  return path.every((part, index) => part === '*' || part === parts[index])
}

function wholeNumber(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null
  return Number(text)
}

function badUuid(text: string): WireAnswer {
  return restError('Deserialize', `UUID parsing failed: ${JSON.stringify(text)}`)
}

function noPool(id: string): WireAnswer {
  return restError('NotFound', `Pool '${id}' not found`)
}

function noNode(id: string): WireAnswer {
  return restError('NotFound', `Node '${id}' not found`)
}
