/** The mover port: commands to Mayastor, and its answers. */
import type { Command } from '../core/command.js'
import type { PoolCordon } from '../core/model.js'
import type { Sender } from './guarded-mover.js'
import type { MayastorClient } from './mayastor/client.js'

/**
 * Mayastor refuses a command that changes nothing with the same status as others, and its texts
 * change: whether it is as the command asks, a fresh look tells.
 */
export function moverOf(mayastor: MayastorClient): Sender {
  return {
    async send(command, whyNot) {
      const reply = await mayastor.send(command, whyNot)
      if (reply.kind !== 'refused' || reply.refusal !== 'precondition') return reply
      if (!(await isAsAsked(mayastor, command))) return reply
      return { ...reply, refusal: 'already' }
    },
  }
}

async function isAsAsked(mayastor: MayastorClient, command: Command): Promise<boolean> {
  switch (command.kind) {
    case 'set-replica-count': {
      const read = await mayastor.volume(command.volume, () => undefined)
      return read.kind === 'read' && read.value.replicaCount === command.count
    }
    case 'cordon-node':
    case 'uncordon-node': {
      const read = await mayastor.node(command.node)
      if (read.kind !== 'read') return false
      const isThere = read.value.cordonLabels.includes(command.label)
      return isThere === (command.kind === 'cordon-node')
    }
    default:
      return isPoolAsAsked(mayastor, command)
  }
}

async function isPoolAsAsked(
  mayastor: MayastorClient,
  command: Extract<Command, { readonly pool: unknown }>,
): Promise<boolean> {
  const read = await mayastor.pool(command.pool)
  if (read.kind !== 'read') return false
  const { cordon, schedulerLabels } = read.value
  switch (command.kind) {
    case 'cordon-pool':
      return scopesOf(command.scopes).every(scope => cordon?.[scope] === true)
    case 'uncordon-pool':
      return scopesOf(command.scopes).every(scope => cordon?.[scope] !== true)
    case 'label-pool':
      return schedulerLabels[command.key] === command.value
    case 'unlabel-pool':
      return schedulerLabels[command.key] === undefined
  }
}

function scopesOf(scopes: PoolCordon): readonly (keyof PoolCordon)[] {
  const names = ['replicas', 'snapshots', 'restores', 'import'] as const
  return names.filter(name => scopes[name])
}
