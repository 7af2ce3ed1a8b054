/** The clock port of one party: virtual time, and sleep that the engine ends. */
import type { Clock } from '../src/ports.js'
import type { Engine, Party } from './engine/engine.js'

export function clockOf(engine: Engine, party: Party): Clock {
  return {
    now: () => engine.nowUs,
    sleepUntil: untilUs => party.sleepUntil(untilUs),
  }
}
