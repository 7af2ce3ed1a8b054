/** A small twin whose operators are watched as live ones are: by what their ports show alone. */
import type { LawWatching as Watching } from '../../../src/live/laws/law-watching.js'
import { LawWatching } from '../../../src/live/laws/law-watching.js'
import type { Ports } from '../../../src/ports.js'
import type { SmallWorld } from '../../sim/small-world.js'
import { TestTiming } from '../servers.js'

export interface WatchedWorld {
  readonly small: SmallWorld
  readonly watchings: readonly Watching[]
  /** What live watches told, as lines. */
  told(): readonly string[]
}

/** `between` may change what an operator's ports do, under the watch. */
export function watchedWorld(
  small: SmallWorld,
  between: (ports: Ports) => Ports = ports => ports,
): WatchedWorld {
  const { world, scenario } = small
  const watchings: Watching[] = []
  const bare = world.portsOf.bind(world)
  world.portsOf = party => {
    const timing = new TestTiming()
    const by = { operator: party.name, settings: scenario.loop, timing }
    const watching = new LawWatching(between(bare(party)), by)
    watchings.push(watching)
    return watching.ports()
  }
  return {
    small,
    watchings,
    told: () =>
      world.history.entries.flatMap(entry =>
        entry.kind === 'law-broken' ? [`${entry.law} at ${entry.atUs}: ${entry.text}`] : [],
      ),
  }
}
