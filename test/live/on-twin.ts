/**
 * The ports of a live operator against the twin on the wire, its clock moved by hand. Kubernetes’
 * half of a volume comes from the twin’s own state, and the journal is in memory.
 */
import { MemoryJournal } from '../../sim/journal.js'
import type { HistoryEntry } from '../../src/core/event.js'
import { type Labels, poolId, type Volume, volumeId } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { LiveInventory } from '../../src/live/inventory.js'
import type { KubernetesFacts, VolumeFacts } from '../../src/live/kubernetes-facts.js'
import { MayastorClient } from '../../src/live/mayastor/client.js'
import { LiveMetrics } from '../../src/live/metrics.js'
import { moverOf } from '../../src/live/mover.js'
import { PrometheusClient, usualPrometheus } from '../../src/live/prometheus/client.js'
import type { Ports } from '../../src/ports.js'
import type { ServedTwin } from '../sim/wire/served.js'
import { clientOf, TestTiming } from './servers.js'

interface Clock {
  readonly nowUs: number
}

interface State extends Clock {
  readonly volumes: readonly (Volume & { readonly uuid: string })[]
  readonly pools: readonly { readonly id: string; readonly labels: Labels }[]
}

export interface LiveOnTwin {
  readonly ports: Ports
  /** Texts of the operator with the names of the scenario in place of those of the wire. */
  named(text: string): string
  uuidOf(volume: string): string
}

export async function liveOnTwin(
  served: ServedTwin,
  policies: readonly PolicyObject[],
  sleep: (untilUs: number) => Promise<void>,
  tell: (entry: HistoryEntry) => void = () => {},
): Promise<LiveOnTwin> {
  const timing = new TestTiming()
  const state = await served.get<State>('/twin/v1/state')
  const learn = async (): Promise<void> => {
    timing.atUs = (await served.get<Clock>('/twin/v1/clock')).nowUs
  }
  await learn()
  const facts = factsOf(state, policies)
  const mayastor = new MayastorClient(clientOf(`${served.origin}/v0`, timing))
  const mover = moverOf(mayastor)
  const known = () => ({ kind: 'known', facts: { ...facts, knownUpToUs: timing.atUs } }) as const
  const prometheus = new PrometheusClient(clientOf(served.origin, timing), timing, {
    ...usualPrometheus,
    mostSkewUs: null,
  })
  const ports: Ports = {
    clock: {
      now: () => timing.atUs,
      async sleepUntil(untilUs) {
        await sleep(untilUs)
        await learn()
        return 'time'
      },
    },
    metrics: new LiveMetrics(prometheus, timing),
    inventory: new LiveInventory(mayastor, known, timing),
    mover: { send: command => mover.send(command, () => null) },
    stripes: { send: async () => ({ kind: 'refused', refusal: 'invalid', text: 'no coder' }) },
    journal: journalOf((record, operator) =>
      tell({ kind: 'record', atUs: timing.atUs, operator, record }),
    ),
    events: {
      async emit(events) {
        for (const event of events) tell(event)
      },
    },
  }
  return {
    ports,
    named: text => named(text, state),
    uuidOf: name => state.volumes.find(volume => volume.id === name)?.uuid ?? '',
  }
}

/** Puts the names of the scenario in place of those of the wire. */
export async function nameOnWire(served: ServedTwin): Promise<(text: string) => string> {
  const state = await served.get<State>('/twin/v1/state')
  return text => named(text, state)
}

function journalOf(tell: ConstructorParameters<typeof MemoryJournal>[0]): Ports['journal'] {
  const journal = new MemoryJournal(tell)
  return {
    records: async () => ({ kind: 'read', stored: journal.records() }),
    operator: async () => ({ kind: 'read', stored: journal.operator() }),
    create: async record => journal.create(record, 'operator-1'),
    replace: async record => journal.replace(record, 'operator-1'),
    replaceOperator: async record => journal.replaceOperator(record),
  }
}

function factsOf(state: State, policies: readonly PolicyObject[]): KubernetesFacts {
  const volumes = state.volumes.map(({ uuid, ...volume }) => {
    const { name, labels, storageClass, driver, claim, ours } = volume
    const own: VolumeFacts = { name, labels, storageClass, driver, claim, ours }
    return [volumeId(uuid), own] as const
  })
  return {
    knownUpToUs: state.nowUs,
    volumes: new Map(volumes),
    poolLabels: new Map(state.pools.map(({ id }) => [poolId(id), {}])),
    policies,
    waitingClaims: [],
  }
}

/** The UUID of a replica begins as its volume's does, and ends in its number. */
function named(text: string, { volumes }: State): string {
  return volumes.reduce((told, { uuid, id, name }) => {
    const replica = new RegExp(`${uuid.slice(0, 19)}9000-([0-9a-f]{12})`, 'g')
    return told
      .replaceAll(uuid, id)
      .replace(replica, (_, number: string) => `${name}-r${Number.parseInt(number, 16)}`)
  }, text)
}
