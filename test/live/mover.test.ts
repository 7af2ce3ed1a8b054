import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/command.js'
import { nodeId, poolId, volumeId } from '../../src/core/model.js'
import { requestOf } from '../../src/live/mayastor/command-path.js'
import { moverOf } from '../../src/live/mover.js'
import { nodeReply, poolReply, problem, recorded, uuid, volumeReply } from './mayastor/recorded.js'

const volume = volumeId(uuid)
const pool = poolId('pool-1')
const node = nodeId('node-1')
const scopes = { replicas: true, snapshots: true, restores: false, import: false }
const cordonedstate = { cordonlabels: ['ours'] }
const cordoned = { replicas: true, snapshots: false, restores: false, import: false }

interface Asking {
  readonly command: Command
  /** What a fresh look shows, and whether it is as the command asks. */
  readonly path: string
  readonly asAsked: unknown
  readonly otherwise: unknown
}

const both = { ...cordoned, snapshots: true, import: true }
const cordonedNode = nodeReply('node-1', { cordondrainstate: { cordonedstate } })
const marked = poolReply('pool-1', { labels: { k: 'v' } })

const askings: readonly Asking[] = [
  {
    command: { kind: 'set-replica-count', volume, count: 3 },
    path: `GET /v0/volumes/${uuid}`,
    asAsked: volumeReply({ num_replicas: 3 }),
    otherwise: volumeReply({ num_replicas: 2 }),
  },
  {
    command: { kind: 'cordon-node', node, label: 'ours' },
    path: 'GET /v0/nodes/node-1',
    asAsked: cordonedNode,
    otherwise: nodeReply('node-1'),
  },
  {
    command: { kind: 'uncordon-node', node, label: 'ours' },
    path: 'GET /v0/nodes/node-1',
    asAsked: nodeReply('node-1'),
    otherwise: cordonedNode,
  },
  {
    command: { kind: 'cordon-pool', pool, scopes },
    path: 'GET /v0/pools/pool-1',
    asAsked: poolReply('pool-1', { cordonDrain: { cordoned: both } }),
    otherwise: poolReply('pool-1', { cordonDrain: { cordoned } }),
  },
  {
    command: { kind: 'uncordon-pool', pool, scopes },
    path: 'GET /v0/pools/pool-1',
    asAsked: poolReply('pool-1', { cordonDrain: { cordoned: { import: true } } }),
    otherwise: poolReply('pool-1', { cordonDrain: { cordoned } }),
  },
  {
    command: { kind: 'label-pool', pool, key: 'k', value: 'v' },
    path: 'GET /v0/pools/pool-1',
    asAsked: marked,
    otherwise: poolReply('pool-1', { labels: { k: 'other' } }),
  },
  {
    command: { kind: 'unlabel-pool', pool, key: 'k' },
    path: 'GET /v0/pools/pool-1',
    asAsked: poolReply('pool-1', { labels: {} }),
    otherwise: marked,
  },
]

const mayGo = (): null => null

describe('a command that Mayastor refuses by a precondition', () => {
  it.each(askings)('$command.kind is done already where it is so', async asking => {
    const { command, path, asAsked, otherwise } = asking
    const { method, path: sent } = requestOf(command)
    const refuses = `${method} /v0${sent.split('?')[0]}`
    const one = await recorded({ [path]: asAsked })
    one.answers.set(refuses, problem('FailedPrecondition', 412, 'no'))
    expect(await moverOf(one.mayastor).send(command, mayGo)).toMatchObject({ refusal: 'already' })
    const other = await recorded({ [path]: otherwise })
    other.answers.set(refuses, problem('FailedPrecondition', 412, 'no'))
    expect(await moverOf(other.mayastor).send(command, mayGo)).toMatchObject({
      refusal: 'precondition',
    })
    const blind = await recorded()
    blind.answers.set(refuses, problem('FailedPrecondition', 412, 'no'))
    expect(await moverOf(blind.mayastor).send(command, mayGo)).toMatchObject({
      refusal: 'precondition',
    })
  })

  it('is looked at no further where the answer is plain', async () => {
    const { mayastor, answers, server } = await recorded()
    const [{ command }] = askings
    answers.set(`PUT /v0/volumes/${uuid}/replica_count/3`, problem('Conflict', 409))
    expect(await moverOf(mayastor).send(command, mayGo)).toMatchObject({ refusal: 'conflict' })
    expect(server.asked).toHaveLength(1)
  })
})
