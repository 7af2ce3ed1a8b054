/** Cordons of ours that stand, as far as the answers to our commands tell; law 7's one window. */
import type { Command, Reply } from '../../core/command.js'
import { cordonOf } from '../../core/laws/told.js'
import type { LawWatch } from '../../core/laws.js'
import type { MigrationRecord } from '../../core/record.js'

export interface SetCordon {
  readonly what: string
  readonly migration: string
  readonly command: Command
}

export class SeenCordons {
  private readonly standing = new Map<string, SetCordon>()
  /** The migration of the last command about a cordon. */
  private readonly asked = new Map<string, string>()

  constructor(private readonly watch: Pick<LawWatch, 'hear' | 'learn'>) {}

  of(migration: string): readonly SetCordon[] {
    return [...this.standing.values()].filter(cordon => cordon.migration === migration)
  }

  asks(command: Command, migration: string | null): void {
    const what = cordonOf(command)
    if (what !== null && migration !== null) this.asked.set(what, migration)
  }

  answered(command: Command, reply: Reply, atUs: number): void {
    const set = cordonOf(command)
    if (set !== null) {
      const migration = this.asked.get(set)
      if (migration === undefined || !stands(command, reply)) return
      this.standing.set(set, { what: set, migration, command })
      this.watch.hear({ kind: 'cordon-set', atUs, what: set, by: 'command' })
      return
    }
    const undone = undoneBy(command)
    if (undone !== null && isGone(reply)) this.clear(undone, atUs)
  }

  /** Its record holds none: whoever took them away, they stand no longer. */
  holdsNone({ name, status }: MigrationRecord, atUs: number): void {
    if ((status?.cordons.length ?? 0) > 0) return
    for (const { what } of this.of(name)) this.clear(what, atUs)
  }

  private clear(what: string, atUs: number): void {
    if (!this.standing.delete(what)) return
    this.watch.learn({ kind: 'cordon-cleared', atUs, what, by: 'command' })
  }
}

/** The label of a node's cordon names its owner; a pool's that stood already is somebody else's. */
function stands(command: Command, reply: Reply): boolean {
  if (reply.kind === 'done') return true
  const isAlready = reply.kind === 'refused' && reply.refusal === 'already'
  return isAlready && command.kind === 'cordon-node'
}

function isGone(reply: Reply): boolean {
  if (reply.kind === 'done') return true
  return reply.kind === 'refused' && (reply.refusal === 'already' || reply.refusal === 'not-found')
}

function undoneBy(command: Command): string | null {
  if (command.kind === 'uncordon-node') return cordonOf({ ...command, kind: 'cordon-node' })
  if (command.kind === 'uncordon-pool') return cordonOf({ ...command, kind: 'cordon-pool' })
  return null
}
