import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onlyUndoing } from '../../src/cli/release/only-undoing.js'
import { undoStrays } from '../../src/cli/release/stray-cordons.js'
import { Told } from '../../src/cli/release/told.js'
import type { Command, Reply } from '../../src/core/command.js'
import type { DomainEvent } from '../../src/core/event.js'
import { nodeId, poolId } from '../../src/core/model.js'
import {
  emptyOperatorRecord,
  type MigrationRecord,
  type OperatorRecord,
} from '../../src/core/record.js'
import { ourScopes, windowLabel } from '../../src/core/steer.js'
import { MayastorClient } from '../../src/live/mayastor/client.js'
import type { Mover, Ports } from '../../src/ports.js'
import { records } from '../core/migration-records.js'
import { kubeconfig } from '../kubernetes/kubeconfigs.js'
import { facts, record } from '../laws/histories.js'
import { nodeReply, poolReply } from '../live/mayastor/recorded.js'
import { answerJson, clientOf, nobody, serve } from '../live/servers.js'
import { run, scratch } from './in-process.js'

const files = scratch()

describe('release', () => {
  const mayastor = ['--mayastor-url', 'http://localhost:1']
  it.each([
    { words: [], status: 2, told: /Mayastor is not named: give its URL with --mayastor-url/ },
    { words: [...mayastor, '--for', '0s'], status: 2, told: /--for is no duration above zero/ },
    { words: [...mayastor, '--wait', 'x'], status: 2, told: /--wait is no duration above zero/ },
    { words: [...mayastor, '--lease-seconds', '0'], status: 2, told: /--lease-seconds is no/ },
    { words: mayastor, status: 4, told: /^error: Kubernetes: .*\[CLUSTER_MISSING\]$/ },
  ])('$words ends with status $status', async ({ words, status, told }) => {
    const ran = await run('release', ...words, '--kubeconfig', files.path('none'))
    expect(ran).toMatchObject({ status, out: '' })
    expect(ran.notes).toMatch(told)
  })
})

describe('release of a cluster that is away', () => {
  it.each([
    { words: ['release', '--mayastor-url', 'http://localhost:1'] },
    { words: ['undo', 'a'] },
    { words: ['pause', '--why', 'a'] },
    { words: ['resume'] },
  ])('$words ends with status 4 at once', async ({ words }) => {
    const contexts = { a: { cluster: { server: await nobody() }, user: {} } }
    const config = files.file('away', kubeconfig({ current: 'a', contexts }))
    const ran = await run(...words, '--kubeconfig', config)
    expect(ran).toMatchObject({ status: 4, out: '' })
    expect(ran.notes).toMatch(/^error: Kubernetes: .*\[CLUSTER_MISSING\]$/)
  })
})

describe('the doors of a release', () => {
  const pauses = fc.option(fc.record({ why: fc.string(), sinceUs: fc.nat() }), { nil: null })

  it('show every migration as cancelled, start none, and leave a pause as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(records), pauses, fc.nat(), async (all, pause, epoch) => {
        const { ports, written } = journalOf(all, { ...emptyOperatorRecord, pause })
        const { journal } = onlyUndoing(ports)
        const read = await journal.records()
        expect(read).toEqual({
          kind: 'read',
          stored: all.map(one => ({ ...one, deleting: true })),
        })
        for (const one of all) {
          expect(await journal.create(one)).toEqual({ kind: 'conflict' })
          expect(await journal.replace(one)).toMatchObject({ stored: { deleting: true } })
        }
        const operator = await journal.operator()
        if (operator.kind !== 'read') throw new Error('it can be read')
        expect(operator.stored.pause).toBeNull()
        const answer = await journal.replaceOperator({ ...operator.stored, epoch })
        expect(answer).toMatchObject({ stored: { epoch, pause: null } })
        expect(written()).toEqual({ ...emptyOperatorRecord, epoch, pause })
      }),
    )
  })
})

describe('the policies of a release', () => {
  it('all stand still, and the same list stays the same', async () => {
    const { policies } = facts()
    const cluster = { pools: [], nodes: [], volumes: [], waitingClaims: [] }
    const knownUpToUs = { mayastor: 0, kubernetes: 0 }
    const observation = { atUs: 0, knownUpToUs, cluster, policies }
    const { ports } = journalOf([], emptyOperatorRecord)
    const observe = async () => ({ kind: 'observed', observation }) as const
    const doors = onlyUndoing({ ...ports, inventory: { ...ports.inventory, observe } })
    const [first, second] = [await doors.inventory.observe(), await doors.inventory.observe()]
    if (first.kind !== 'observed' || second.kind !== 'observed') throw new Error('it is observed')
    const seen = first.observation.policies
    expect(policies.map(one => one.spec.enabled)).toEqual([true])
    expect(seen).toEqual(policies.map(one => ({ ...one, spec: { ...one.spec, enabled: false } })))
    expect(second.observation.policies).toBe(seen)
    expect(first.observation.cluster).toBe(cluster)
  })
})

describe('cordons without a record', () => {
  const label = 'couchestor-vol-1'
  const nodes = [
    nodeReply('a', { cordondrainstate: { cordonedstate: { cordonlabels: [label, 'person'] } } }),
    nodeReply('b', { cordondrainstate: { cordonedstate: { cordonlabels: ['couchestor-vol-2'] } } }),
  ]
  const labels = { 'storage-tier': 'hot', [windowLabel]: 'vol-1' }
  const pools = [
    poolReply('bare', { labels }),
    poolReply('other', { labels: { 'storage-tier': 'hot' } }),
  ]
  const look = async () => {
    const server = await serve((asked, response) => {
      const lists: Readonly<Record<string, unknown>> = {
        '/nodes': nodes,
        '/pools': pools,
        '/volumes': { entries: [] },
      }
      answerJson(lists[asked.url.split('?')[0]])(asked, response)
    })
    const read = await new MayastorClient(clientOf(server.url)).cluster()
    if (read.kind !== 'read') throw new Error('it can be read')
    return read.value
  }

  it('are undone where they are surely ours, and no other', async () => {
    const { mover, sent } = moverOf({ kind: 'done', volume: null })
    const strays = await undoStrays(await look(), new Set(['vol-2']), mover)
    expect(sent).toEqual([
      { kind: 'uncordon-node', node: nodeId('a'), label },
      { kind: 'unlabel-pool', pool: poolId('bare'), key: windowLabel },
    ])
    expect(strays).toEqual({
      undone: [`cordon ${label} of node a`, `label ${windowLabel} of pool bare`],
      left: [],
    })
  })

  it('are named where Mayastor does not let them go', async () => {
    const { mover } = moverOf({ kind: 'refused', refusal: 'busy', text: 'not now' })
    const { undone, left } = await undoStrays(await look(), new Set(['vol-2']), mover)
    expect(undone).toEqual([])
    expect(left).toEqual([
      `node a keeps our cordon ${label}: not now`,
      `pool bare keeps our label ${windowLabel}: not now`,
    ])
  })

  it('stay on a pool, since nobody knows what stood there before', async () => {
    const { mover, sent } = moverOf({ kind: 'done', volume: null })
    const { pools: seen } = await look()
    const cordoned = seen.map(pool => ({ ...pool, cordon: ourScopes }))
    const { left } = await undoStrays({ nodes: [], pools: cordoned }, new Set(), mover)
    expect(sent).toEqual([])
    expect(left).toEqual([
      'pool bare is cordoned, perhaps by vol-1: uncordon it, unless you did that',
    ])
  })
})

describe('what is told of a release', () => {
  it('counts a cordon as undone unless a reply says otherwise', () => {
    const told = new Told()
    const at = { atUs: 0, operator: 'one', migration: null } as const
    const command = (node: string) =>
      ({ kind: 'uncordon-node', node: nodeId(node), label: 'l' }) as const
    const events: readonly DomainEvent[] = [
      { ...at, kind: 'command', command: command('a') },
      { ...at, kind: 'command', command: command('b') },
      { ...at, kind: 'reply', command: command('b'), reply: 'unknown', text: 'late' },
      { atUs: 0, operator: 'one', kind: 'record', record: record() },
    ]
    for (const event of events) told.hear(event)
    expect(told.cordons()).toEqual(['cordon l of node a'])
    expect(told.ended.size).toBe(0)
  })
})

function moverOf(reply: Reply): { readonly mover: Mover; readonly sent: Command[] } {
  const sent: Command[] = []
  return {
    sent,
    mover: {
      send: async command => {
        sent.push(command)
        return reply
      },
    },
  }
}

/** A journal that takes everything, behind doors of which nothing else is asked. */
function journalOf(all: readonly MigrationRecord[], operator: OperatorRecord) {
  let written = operator
  const unasked = async (): Promise<never> => {
    throw new Error('nobody asks for it')
  }
  const ports: Ports = {
    clock: { now: () => 0, sleepUntil: unasked },
    metrics: { counters: unasked },
    inventory: { observe: unasked, volume: unasked },
    mover: { send: unasked },
    stripes: { send: unasked },
    events: { emit: unasked },
    journal: {
      records: async () => ({ kind: 'read', stored: all }),
      create: unasked,
      replace: async one => ({ kind: 'written', stored: one }),
      operator: async () => ({ kind: 'read', stored: written }),
      replaceOperator: async one => {
        written = one
        return { kind: 'written', stored: one }
      },
    },
  }
  return { ports, written: () => written }
}
