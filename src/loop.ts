/**
 * The one loop, which both worlds run: observe, decide, act, record. It awaits nothing but ports,
 * keeps no task per migration, and believes only the journal: any await may be the last one.
 */
import { decide, type RoundInput } from './core/decide.js'
import type { OperatorSettings } from './core/settings.js'
import { carryAll, type Scene } from './loop/carry.js'
import { lead } from './loop/leadership.js'
import { leavesCordons, undoLeftBehind } from './loop/left-behind.js'
import { absorbCounters, type LoopMemory, newMemory } from './loop/observe.js'
import { settleSlots } from './loop/slots.js'
import { startAll } from './loop/start.js'
import type { Ports } from './ports.js'

/** Who runs: the name tells operators apart, the epoch tells a later leader from an earlier one. */
export interface Identity {
  readonly operator: string
  readonly epoch: number
}

export async function runLoop(
  ports: Ports,
  identity: Identity,
  settings: OperatorSettings,
): Promise<never> {
  const memory = newMemory(settings)
  for (;;) {
    const runs = await round(ports, identity, settings, memory)
    const nowUs = ports.clock.now()
    const intervalUs = runs
      ? Math.min(settings.syncPollIntervalUs, settings.roundIntervalUs)
      : settings.roundIntervalUs
    await ports.clock.sleepUntil((Math.floor(nowUs / intervalUs) + 1) * intervalUs)
  }
}

/** One round. Answers whether a migration runs, so that the next one comes sooner. */
export async function round(
  ports: Ports,
  identity: Identity,
  settings: OperatorSettings,
  memory: LoopMemory,
): Promise<boolean> {
  const [observed, recorded, operated] = await Promise.all([
    ports.inventory.observe(),
    ports.journal.records(),
    ports.journal.operator(),
  ])
  if (recorded.kind === 'unavailable' || operated.kind === 'unavailable') return false
  if (observed.kind === 'unavailable') return memory.running
  const { observation } = observed
  const records = recorded.stored
  const landscape = memory.decide.look(observation)
  memory.decide.pasts.read(records)
  const running = memory.decide.pasts.running()
  const latest = new Map(running.map(record => [record.name, record] as const))
  const scene: Scene = { ports, identity, settings, memory, landscape, latest, untold: [] }
  const operator = await lead(scene, operated.stored)
  if (operator === null) return false
  if (leavesCordons(running, operator)) {
    await undoLeftBehind(scene, running, operator, observation.cluster)
    return true
  }
  await absorbCounters(ports, memory, observation.policies)
  const input: RoundInput = {
    nowUs: ports.clock.now(),
    observation,
    heat: memory.heat,
    records,
    operator,
    settings,
    memory: memory.decide,
  }
  const output = decide(input)
  await tell(ports, identity, output, input.nowUs)
  const silent = settings.dryRun || operator.pause !== null
  const carried = silent ? operator : await carryAll(scene, input)
  const settled = await settleSlots(scene, carried)
  const started = silent ? 0 : await startAll(scene, output.starts, settled, observation)
  memory.running = started > 0 || memory.decide.pasts.running().length > 0
  return memory.running
}

async function tell(
  ports: Ports,
  identity: Identity,
  output: ReturnType<typeof decide>,
  atUs: number,
): Promise<void> {
  if (output.decisions.length === 0 && output.conditions.length === 0) return
  const { operator } = identity
  await ports.events.emit([
    ...output.conditions.map(one => ({ kind: 'condition' as const, atUs, operator, ...one })),
    ...output.decisions.map(decision => ({
      kind: 'decision' as const,
      atUs,
      operator,
      decision,
    })),
  ])
}
