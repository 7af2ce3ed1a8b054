/**
 * Puts the faults into the engine: what happens at an instant (nodes, pools, exporters) is done
 * there, and each one's beginning and end are told.
 */
import type { HistoryEntry } from '../../src/core/event.js'
import { type StripeChance, stripeChance } from '../coding/stripe-chance.js'
import type { Engine } from '../engine/engine.js'
import type { ControlPlane } from '../mayastor/control-plane.js'
import type { ModelNode, ModelPool } from '../mayastor/state.js'
import type { Fault } from '../scenario/model.js'

type Told = Extract<HistoryEntry, { readonly kind: 'fault' }>

/** What becomes of shards: told to whoever knows the stripes. */
export interface ShardFaults {
  /** Everything that stood on the pool is gone for good. */
  losePool(pool: number): void
  strike(pool: number, how: 'lost' | 'flipped', hits: StripeChance): void
}

export interface FaultTargets {
  readonly seed: number
  readonly shards: ShardFaults
  readonly engine: Engine
  readonly control: ControlPlane
  /** The counters of a node's engine begin at zero again. */
  readonly resetExporter: (node: string) => void
  readonly tell: (event: Told) => void
}

export class FaultSchedule {
  private readonly outages: Outages
  private count = 0

  constructor(private readonly targets: FaultTargets) {
    this.outages = new Outages(targets.control)
  }

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.schedule(fault)
      this.count += 1
    }
  }

  private schedule(fault: Fault): void {
    const { targets, outages, count } = this
    switch (fault.kind) {
      case 'node':
        scheduleNode(fault, targets, outages)
        break
      case 'pool':
        schedulePool(fault, targets, outages)
        break
      case 'shards':
        scheduleShards(fault, count, targets)
        break
      case 'exporter':
        scheduleExporter(fault, targets)
        break
      case 'prometheus':
        between(fault, targets, `prometheus ${fault.how}`, nothing, 'prometheus')
        break
      case 'answers':
        between(fault, targets, `answers of ${fault.from} ${fault.how}`, nothing, fault.from)
        break
      case 'rebuild':
        between(fault, targets, 'rebuilds fail', nothing)
        break
      case 'operator':
        break
    }
  }
}

/** A pool is back when the last fault that keeps it away is over, and so is a node. */
class Outages {
  private readonly away = new Map<ModelPool | ModelNode, number>()

  constructor(private readonly control: ControlPlane) {}

  pool(pool: ModelPool, begins: boolean, status: ModelPool['status']): void {
    const faults = this.count(pool, begins)
    if (faults === 0) this.control.outages.setPool(pool, 'online')
    else if (begins) this.control.outages.setPool(pool, status)
  }

  node(node: ModelNode, begins: boolean): void {
    const faults = this.count(node, begins)
    this.control.outages.setNode(node, faults === 0)
  }

  private count(what: ModelPool | ModelNode, begins: boolean): number {
    const faults = (this.away.get(what) ?? 0) + (begins ? 1 : -1)
    this.away.set(what, faults)
    return faults
  }
}

function schedulePool(
  fault: Extract<Fault, { readonly kind: 'pool' }>,
  targets: FaultTargets,
  outages: Outages,
): void {
  const { control, shards } = targets
  const pool = control.pools.find(one => one.id === fault.pool)
  if (pool === undefined) return
  const { how } = fault
  between(fault, targets, `pool ${pool.id} ${how}`, begins => {
    if (how !== 'lost') {
      outages.pool(pool, begins, how)
      return
    }
    if (!begins) control.outages.emptyPool(pool)
    outages.pool(pool, begins, 'faulted')
    if (!begins) return
    control.outages.losePool(pool)
    shards.losePool(pool.index)
  })
}

/** Which stripes are hit belongs to the fault's place among all. */
function scheduleShards(
  fault: Extract<Fault, { readonly kind: 'shards' }>,
  index: number,
  targets: FaultTargets,
): void {
  const pool = targets.control.pools.find(one => one.id === fault.pool)
  if (pool === undefined) return
  const { how, numerator, denominator } = fault
  const hits = stripeChance(targets.seed, `fault ${index}`, fault)
  const text = `shards on ${pool.id} ${how}, ${numerator} in ${denominator}`
  at(targets, fault.atUs, { text, over: true }, () => targets.shards.strike(pool.index, how, hits))
}

function scheduleNode(
  fault: Extract<Fault, { readonly kind: 'node' }>,
  targets: FaultTargets,
  outages: Outages,
): void {
  const { control } = targets
  const node = control.nodes.find(one => one.id === fault.node)
  if (node === undefined) return
  const pools = control.pools.filter(pool => pool.node === node)
  between(fault, targets, `node ${node.id} ${fault.how}`, begins => {
    if (fault.how === 'draining') {
      control.outages.drainNode(node, begins)
      return
    }
    outages.node(node, begins)
    for (const pool of pools) outages.pool(pool, begins, 'unknown')
  })
}

/** An exporter that read zero begins to count again, as one that was restarted does. */
function scheduleExporter(
  fault: Extract<Fault, { readonly kind: 'exporter' }>,
  targets: FaultTargets,
): void {
  const { node, how, atUs, forUs } = fault
  if (how === 'gap') {
    between(fault, targets, `exporter of ${node} is silent`, nothing)
    return
  }
  const text = `exporter of ${node} begins at zero`
  const over = how === 'reset'
  at(targets, over ? atUs : atUs + forUs, { text, over: true }, () => targets.resetExporter(node))
  if (!over) at(targets, atUs, { text: `exporter of ${node} reads zero`, over: false }, () => {})
}

function nothing(): void {}

function between(
  fault: Fault,
  targets: FaultTargets,
  text: string,
  change: (begins: boolean) => void,
  door?: NonNullable<Told['door']>,
): void {
  const where = door === undefined ? {} : { door }
  at(targets, fault.atUs, { text, over: false, ...where }, () => change(true))
  at(targets, fault.atUs + fault.forUs, { text, over: true, ...where }, () => change(false))
}

function at(
  targets: FaultTargets,
  atUs: number,
  told: Pick<Told, 'text' | 'over' | 'door'>,
  action: () => void,
): void {
  const { engine } = targets
  engine.schedule(Math.max(atUs, engine.nowUs), () => {
    targets.tell({ kind: 'fault', atUs: engine.nowUs, ...told })
    action()
  })
}
