/** A Mayastor that once removes the copy of a move in place of the replica that was steered. */
import { nodeId } from '../../../src/core/model.js'
import { cooling } from '../../loop/one-cooling.js'
import { type SmallScenario, type SmallWorld, smallWorld } from '../../sim/small-world.js'
import { type WatchedWorld, watchedWorld } from './watched-world.js'

/** The first so many times; `onMisled` is called when it has just happened. */
export function misled(
  change: Partial<SmallScenario> = {},
  times = 1,
  onMisled: (small: SmallWorld) => void = () => {},
): WatchedWorld {
  const small = smallWorld({ ...cooling, ...change })
  let left = times
  return watchedWorld(small, ports => ({
    ...ports,
    mover: {
      async send(command) {
        if (command.kind !== 'set-replica-count' || command.count !== 2 || left === 0) {
          return ports.mover.send(command)
        }
        left -= 1
        const reply = await misleading(small, () => ports.mover.send(command))
        onMisled(small)
        return reply
      },
    },
  }))
}

async function misleading<Answer>(
  { world, person }: SmallWorld,
  lower: () => Promise<Answer>,
): Promise<Answer> {
  const [volume] = world.control.volumes
  const copy = volume.replicas[volume.replicas.length - 1].pool.node.id
  const steered = world.control.nodes.find(({ cordonLabels }) => cordonLabels.length > 0)
  const [label] = steered?.cordonLabels ?? []
  if (steered === undefined) return lower()
  person.uncordonNode(steered.id, label)
  person.cordonNode(copy, 'odd')
  const answer = await lower()
  person.uncordonNode(copy, 'odd')
  person.cordonNode(nodeId(steered.id), label)
  return answer
}
