/** The operators of a run: one loop, killed and started again where the scenario says so. */
import type { OperatorSettings } from '../src/core/settings.js'
import { runLoop } from '../src/loop.js'
import type { Party } from './engine/engine.js'
import type { World } from './world.js'

export class Operators {
  /** What ended a loop: a defect, because a loop has no end of its own. */
  defect: unknown = null
  private epoch = 0
  private readonly running: Party[] = []

  constructor(
    private readonly world: World,
    private readonly settings: OperatorSettings,
  ) {}

  /** Starts the first operator, and plans its crashes. */
  start(): void {
    this.launch()
    const { engine, faults } = this.world
    let away = 0
    for (const fault of faults.faults) {
      if (fault.kind !== 'operator') continue
      engine.schedule(fault.atUs, () => {
        away += 1
        this.crash()
      })
      engine.schedule(fault.atUs + fault.forUs, () => {
        away -= 1
        if (away === 0) this.launch()
        engine.noteSettled()
      })
    }
  }

  /** Kills whoever runs, at this instant. */
  crash(): void {
    const { engine, history } = this.world
    for (const party of this.running.splice(0)) {
      party.crash()
      history.add({ kind: 'crash', atUs: engine.nowUs, operator: party.name })
    }
  }

  /** Starts one more: the lease of those that run already is lost, and they have not noticed. */
  launch(): Party {
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
    this.running.push(party)
    return party
  }
}
