/** A small world in virtual time, whose operator is traced as a live one is. */
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { DomainEvent } from '../../../src/core/event.js'
import type { EndedRequest } from '../../../src/kubernetes/ended-request.js'
import type { Client } from '../../../src/live/tracing/path-template.js'
import { Traces } from '../../../src/live/tracing/traces.js'
import type { Ports } from '../../../src/ports.js'
import type { SmallScenario } from '../../sim/small-world.js'
import { turned } from '../recorded-world.js'
import { spansInMemory } from './spans-in-memory.js'

export interface TracedWorld {
  readonly spans: readonly ReadableSpan[]
  /** Of what the loop asked. */
  readonly requests: number
  readonly rounds: number
  /** Every event that the loop or the journal told, with the ids of its line in the log. */
  readonly told: readonly (readonly [event: DomainEvent, ids: Readonly<Record<string, string>>])[]
}

export async function tracedWorld(scenario: SmallScenario, epoch = 7): Promise<TracedWorld> {
  const memory = spansInMemory()
  const told: (readonly [DomainEvent, Readonly<Record<string, string>>])[] = []
  let requests = 0
  let rounds = 0
  await turned(scenario, (ports, { operator }) => {
    const traces = new Traces(memory.source, () => ports.clock.now())
    const hear = (event: DomainEvent): void => {
      traces.heard(event)
      told.push([event, traces.idsOf(migrationIn(event))])
    }
    const ask = (client: Client, path: string): void => {
      requests += 1
      traces.ended(client, requestTo(path, ports.clock.now()))
    }
    const lieDown = (): void => {
      rounds += 1
    }
    // What nobody asked for.
    traces.ended('kubernetes', requestTo('/api/v1/outside', 0))
    return traces.over(asking(ports, operator, { hear, ask, lieDown }), epoch)
  })
  return { spans: await memory.ended(), requests, rounds, told }
}

interface Ears {
  readonly hear: (event: DomainEvent) => void
  readonly ask: (client: Client, path: string) => void
  readonly lieDown: () => void
}

/** Ports that ask as those of the live world do: each answer comes with a request. */
function asking(ports: Ports, operator: string, ears: Ears): Ports {
  const { clock, inventory, metrics, mover, events } = ports
  const { hear, ask, lieDown } = ears
  const asked = async <Value>(client: Client, path: string, answer: Promise<Value>) => {
    const value = await answer
    ask(client, path)
    return value
  }
  return {
    ...ports,
    clock: {
      now: () => clock.now(),
      sleepUntil(untilUs) {
        lieDown()
        ask('kubernetes', '/apis/storage.billyronks.io/v1/storagepolicies/tiers/status')
        return clock.sleepUntil(untilUs)
      },
    },
    inventory: {
      observe: () => asked('mayastor', '/volumes', inventory.observe()),
      volume: id => asked('mayastor', `/volumes/${id}`, inventory.volume(id)),
    },
    metrics: {
      counters: query => asked('prometheus', '/api/v1/query', metrics.counters(query)),
    },
    mover: {
      send: command => asked('mayastor', '/volumes/v/replica_count/3', mover.send(command)),
    },
    journal: told(ports, operator, ears),
    events: {
      async emit(all) {
        for (const event of all) hear(event)
        await events.emit(all)
      },
    },
  }
}

/** Every write is an event, as the live world tells it. */
function told({ clock, journal }: Ports, operator: string, { hear, ask }: Ears): Ports['journal'] {
  const written = async (writing: ReturnType<Ports['journal']['create']>) => {
    const answer = await writing
    ask('kubernetes', '/apis/storage.billyronks.io/v1/volumemigrations')
    if (answer.kind === 'written') {
      hear({ kind: 'record', atUs: clock.now(), operator, record: answer.stored })
    }
    return answer
  }
  return {
    ...journal,
    create: record => written(journal.create(record)),
    replace: record => written(journal.replace(record)),
  }
}

export function requestTo(path: string, startUs: number): EndedRequest {
  return { method: 'GET', path, status: 200, why: null, attempt: 1, startUs, durationUs: 1500 }
}

export function migrationIn(event: DomainEvent): Readonly<Record<string, unknown>> {
  if (event.kind === 'record') return { migration: event.record.name }
  return 'migration' in event ? { migration: event.migration } : {}
}
