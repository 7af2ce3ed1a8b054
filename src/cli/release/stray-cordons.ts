/** Cordons that carry our name, and that no record speaks of: their record is gone. */
import { nodeCordonLabel, windowLabel } from '../../core/steer.js'
import type { MayastorCluster } from '../../live/mayastor/client.js'
import type { Mover } from '../../ports.js'

export interface StrayCordons {
  readonly undone: readonly string[]
  /** Sentences for a person. */
  readonly left: readonly string[]
}

/** `owned`: names of migrations that run still, whose cordons are theirs to undo. */
export async function undoStrays(
  { nodes, pools }: Pick<MayastorCluster, 'nodes' | 'pools'>,
  owned: ReadonlySet<string>,
  mover: Mover,
): Promise<StrayCordons> {
  const undone: string[] = []
  const left: string[] = []
  const labels = new Set([...owned].map(nodeCordonLabel))
  for (const { id: node, cordonLabels } of nodes) {
    for (const label of cordonLabels) {
      if (!label.startsWith(nodeCordonLabel('')) || labels.has(label)) continue
      const reply = await mover.send({ kind: 'uncordon-node', node, label })
      if (reply.kind === 'done') undone.push(`cordon ${label} of node ${node}`)
      else left.push(`node ${node} keeps our cordon ${label}: ${saying(reply)}`)
    }
  }
  for (const { id: pool, cordon, schedulerLabels } of pools) {
    const owner = schedulerLabels[windowLabel]
    if (owner === undefined || owned.has(owner)) continue
    if (cordon !== null) {
      // What stood there before ours is in a record that is gone: nobody here may take it away.
      left.push(`pool ${pool} is cordoned, perhaps by ${owner}: uncordon it, unless you did that`)
      continue
    }
    const reply = await mover.send({ kind: 'unlabel-pool', pool, key: windowLabel })
    if (reply.kind === 'done') undone.push(`label ${windowLabel} of pool ${pool}`)
    else left.push(`pool ${pool} keeps our label ${windowLabel}: ${saying(reply)}`)
  }
  return { undone, left }
}

type Reply = Exclude<Awaited<ReturnType<Mover['send']>>, { readonly kind: 'done' }>

function saying(reply: Reply): string {
  return reply.kind === 'refused' ? reply.text : reply.why
}
