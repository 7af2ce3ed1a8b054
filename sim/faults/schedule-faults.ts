/**
 * Puts the faults into the engine: what happens at an instant (nodes, pools, exporters) is done
 * there, and each one's beginning and end are told.
 */
import type { HistoryEntry } from '../../src/core/event.js'
import type { Engine } from '../engine/engine.js'
import type { ControlPlane } from '../mayastor/control-plane.js'
import type { ModelNode, ModelPool } from '../mayastor/state.js'
import type { Fault } from '../scenario/model.js'

type Told = Extract<HistoryEntry, { readonly kind: 'fault' }>

export interface FaultTargets {
  readonly engine: Engine
  readonly control: ControlPlane
  /** The counters of a node's engine begin at zero again. */
  readonly resetExporter: (node: string) => void
  readonly tell: (event: Told) => void
}

export function scheduleFaults(faults: readonly Fault[], targets: FaultTargets): void {
  const outages = new Outages(targets.control)
  for (const fault of faults) {
    switch (fault.kind) {
      case 'node':
        scheduleNode(fault, targets, outages)
        break
      case 'pool': {
        const pool = targets.control.pools.find(one => one.id === fault.pool)
        if (pool === undefined) break
        between(fault, targets, `pool ${pool.id} ${fault.how}`, begins =>
          outages.pool(pool, begins, fault.how),
        )
        break
      }
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
