/** Puts the faults that happen at an instant into the engine: nodes, pools, exporters. */
import type { Engine } from '../engine/engine.js'
import type { ControlPlane } from '../mayastor/control-plane.js'
import type { ModelPool } from '../mayastor/state.js'
import type { Fault } from '../scenario/model.js'

export interface FaultTargets {
  readonly engine: Engine
  readonly control: ControlPlane
  /** The counters of a node's engine begin at zero again. */
  readonly resetExporter: (node: string) => void
  readonly tell: (text: string) => void
}

export function scheduleFaults(faults: readonly Fault[], targets: FaultTargets): void {
  for (const fault of faults) {
    const { atUs, forUs } = fault
    if (fault.kind === 'node') scheduleNode(fault, targets)
    else if (fault.kind === 'pool') {
      const pool = targets.control.pools.find(one => one.id === fault.pool)
      if (pool === undefined) continue
      between(targets, atUs, forUs, `pool ${pool.id} ${fault.how}`, down =>
        targets.control.setPoolDown(pool, down, down ? fault.how : 'online'),
      )
    } else if (fault.kind === 'exporter' && fault.how !== 'gap') {
      const { node, how } = fault
      // An exporter that read zero begins to count again, as one that was restarted does.
      const endUs = how === 'zero' ? atUs + forUs : atUs
      at(targets, endUs, `exporter of ${node} begins at zero`, () => targets.resetExporter(node))
    }
  }
}

function scheduleNode(
  fault: Extract<Fault, { readonly kind: 'node' }>,
  targets: FaultTargets,
): void {
  const { control } = targets
  const node = control.nodes.find(one => one.id === fault.node)
  if (node === undefined) return
  const pools = control.pools.filter(pool => pool.node === node)
  between(targets, fault.atUs, fault.forUs, `node ${node.id} ${fault.how}`, begins => {
    if (fault.how === 'draining') {
      control.setNode(node, { draining: begins })
      return
    }
    control.setNode(node, { online: !begins })
    for (const pool of pools) setDown(control, pool, begins)
  })
}

function setDown(control: ControlPlane, pool: ModelPool, down: boolean): void {
  control.setPoolDown(pool, down, down ? 'unknown' : 'online')
}

function between(
  targets: FaultTargets,
  atUs: number,
  forUs: number,
  text: string,
  change: (begins: boolean) => void,
): void {
  at(targets, atUs, text, () => change(true))
  at(targets, atUs + forUs, `${text}: over`, () => change(false))
}

function at(targets: FaultTargets, atUs: number, text: string, action: () => void): void {
  targets.engine.schedule(Math.max(atUs, targets.engine.nowUs), () => {
    targets.tell(text)
    action()
  })
}
