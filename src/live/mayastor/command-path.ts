/** Commands as requests of Mayastor's REST API. */
import type { Command } from '../../core/command.js'
import type { ChangeRequest } from '../http/client.js'

const segment = encodeURIComponent

export function requestOf(command: Command): ChangeRequest {
  switch (command.kind) {
    case 'set-replica-count':
      return put(`/volumes/${segment(command.volume)}/replica_count/${command.count}`)
    case 'cordon-pool':
      return { ...put(poolPath(command, 'cordon')), document: command.scopes }
    case 'uncordon-pool':
      return { ...drop(poolPath(command, 'cordon')), document: command.scopes }
    case 'cordon-node':
      return put(nodePath(command))
    case 'uncordon-node':
      return drop(nodePath(command))
    case 'label-pool': {
      const label = `label/${segment(command.key)}=${segment(command.value)}`
      return put(`${poolPath(command, label)}?overwrite=true`)
    }
    case 'unlabel-pool':
      return drop(poolPath(command, `label/${segment(command.key)}`))
  }
}

function poolPath({ pool }: { readonly pool: string }, rest: string): string {
  return `/pools/${segment(pool)}/${rest}`
}

function nodePath({ node, label }: { readonly node: string; readonly label: string }): string {
  return `/nodes/${segment(node)}/cordon/${segment(label)}`
}

const put = (path: string): ChangeRequest => ({ method: 'PUT', path })
const drop = (path: string): ChangeRequest => ({ method: 'DELETE', path })
