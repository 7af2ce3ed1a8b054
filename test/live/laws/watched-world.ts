/** A twin whose operators are watched as live ones are: by what their ports show alone. */
import type { World } from '../../../sim/world.js'
import type { OperatorSettings } from '../../../src/core/settings.js'
import { LawWatching } from '../../../src/live/laws/law-watching.js'
import type { Ports } from '../../../src/ports.js'
import type { SmallWorld } from '../../sim/small-world.js'
import { TestTiming } from '../servers.js'

export interface Watched {
  /** One an operator, as they are launched. */
  readonly watchings: readonly LawWatching[]
  /** What live watches told, as lines. */
  told(): readonly string[]
}

export interface WatchedWorld extends Watched {
  readonly small: SmallWorld
}

/** `between` may change what an operator's ports do, under the watch. */
export function watchedWorld(
  small: SmallWorld,
  between: (ports: Ports) => Ports = ports => ports,
): WatchedWorld {
  return { small, ...watchedIn(small.world, small.scenario.loop, between) }
}

/** Of a world in which no operator was launched yet. */
export function watchedIn(
  world: World,
  settings: OperatorSettings,
  between: (ports: Ports) => Ports = ports => ports,
): Watched {
  const watchings: LawWatching[] = []
  const bare = world.portsOf.bind(world)
  world.portsOf = party => {
    const by = { operator: party.name, settings, timing: new TestTiming() }
    const watching = new LawWatching(between(bare(party)), by)
    watchings.push(watching)
    return watching.ports()
  }
  return {
    watchings,
    told: () =>
      world.history.entries.flatMap(entry =>
        entry.kind === 'law-broken' ? [`${entry.law} at ${entry.atUs}: ${entry.text}`] : [],
      ),
  }
}
