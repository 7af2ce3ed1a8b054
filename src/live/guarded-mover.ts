/**
 * Commands go out only under a lease that outlasts them: no answer is waited for longer than the
 * lease surely holds, and a new leader sends none until the commands of the one before are over.
 * What takes a cordon away is sent a little longer, since it undoes what would stay.
 */
import type { Command, Reply } from '../core/command.js'
import type { WhyNot } from '../kubernetes/api.js'
import type { Mover } from '../ports.js'

/** Sends what it is given, unless `whyNot` says otherwise when there is a connection for it. */
export interface Sender {
  send(command: Command, whyNot: WhyNot): Promise<Reply>
}

export interface Leading {
  /** How long from now the lease surely holds, zero or less when it does not. */
  holdsForUs(): number
  /** How long it has been held. */
  heldForUs(): number
}

/** After the lease ended, what closes our own window may still be sent for so long. */
export const closingUs = 5_000_000

export class GuardedMover implements Mover {
  private readonly underWay = new Set<Promise<Reply>>()

  constructor(
    private readonly sender: Sender,
    private readonly leading: Leading,
    /** Of one command, with what the network takes; shorter than a lease. */
    private readonly deadlineUs: number,
  ) {}

  async send(command: Command): Promise<Reply> {
    const whyNot = undoes(command) ? () => this.whyNotUndo() : () => this.whyNot()
    const why = whyNot()
    if (why !== null) return { kind: 'refused', refusal: 'busy', text: why }
    const sending = this.sender.send(command, whyNot)
    this.underWay.add(sending)
    try {
      return await sending
    } finally {
      this.underWay.delete(sending)
    }
  }

  /** When every command that was sent is answered, or given up. */
  async whenIdle(): Promise<void> {
    await Promise.allSettled(this.underWay)
  }

  private whyNot(): string | null {
    const { leading, deadlineUs } = this
    if (leading.holdsForUs() < deadlineUs) return 'the lease may end before the command does'
    if (leading.heldForUs() >= deadlineUs) return null
    return 'commands of the leader before may still be under way'
  }

  private whyNotUndo(): string | null {
    return this.leading.holdsForUs() < -closingUs ? 'the lease is lost' : null
  }
}

/** What it takes away undoes what stays otherwise. */
export function undoes({ kind }: Command): boolean {
  return kind === 'uncordon-node' || kind === 'uncordon-pool' || kind === 'unlabel-pool'
}
