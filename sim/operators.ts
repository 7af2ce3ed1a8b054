/** The operators of a run: one loop, killed and started again where the scenario says so. */
import type { OperatorSettings } from '../src/core/settings.js'
import { runLoop } from '../src/loop.js'
import type { Party } from './engine/engine.js'
import type { World } from './world.js'

export class Operators {
  /** What ended a loop: a defect, because a loop has no end of its own. */
  defect: unknown = null
  private epoch = 0

  constructor(
    private readonly world: World,
    private readonly settings: OperatorSettings,
  ) {}

  /** Starts the first operator, and plans its crashes. */
  start(): void {
    let party = this.launch()
    const { engine, history, faults } = this.world
    for (const fault of faults.faults) {
      if (fault.kind !== 'operator') continue
      engine.schedule(fault.atUs, () => {
        party.crash()
        history.add({ kind: 'crash', atUs: engine.nowUs, operator: party.name })
      })
      engine.schedule(fault.atUs + fault.forUs, () => {
        party = this.launch()
        engine.noteSettled()
      })
    }
  }

  private launch(): Party {
    const { world } = this
    this.epoch += 1
    const name = `operator-${this.epoch}`
    const party = world.engine.party(name)
    world.history.add({ kind: 'restart', atUs: world.engine.nowUs, operator: name })
    const identity = { operator: name, epoch: this.epoch }
    runLoop(world.portsOf(party), identity, this.settings).catch((error: unknown) => {
      this.defect = error
      world.engine.stop()
    })
    return party
  }
}
