/**
 * Watches the laws between a loop and its ports. When one is broken it says so, and pauses the
 * operator through its record, as a person does: until somebody resumes it nothing is sent but what
 * undoes cordons.
 */
import type { Command, Reply } from '../../core/command.js'
import type { OperatorSettings } from '../../core/settings.js'
import type { Timing } from '../../kubernetes/timing.js'
import type { Journal, Ports } from '../../ports.js'
import { type Changed, type PausedRecord, pauseBeside } from '../change-pause.js'
import { undoes } from '../guarded-mover.js'
import { type Broken, SeenHistory } from './seen-history.js'

export interface WatchedBy {
  readonly operator: string
  readonly settings: OperatorSettings
  readonly timing: Timing
}

/** The same ports, under watch. */
export function lawWatchedPorts(ports: Ports, by: WatchedBy): Ports {
  return new LawWatching(ports, by).ports()
}

export class LawWatching {
  readonly seen: SeenHistory
  private readonly untold: Broken[] = []
  private readonly stop: Stop

  constructor(
    private readonly bare: Ports,
    private readonly by: WatchedBy,
  ) {
    this.seen = new SeenHistory(by.settings, by.operator, broken => this.untold.push(broken))
    this.stop = new Stop(bare.journal, by)
  }

  ports(): Ports {
    const { bare, seen } = this
    return {
      ...bare,
      clock: {
        now: () => bare.clock.now(),
        sleepUntil: untilUs => {
          seen.roundEnds()
          return bare.clock.sleepUntil(untilUs)
        },
      },
      inventory: this.inventory(),
      mover: { send: command => this.send(command) },
      journal: this.journal(),
      events: {
        emit: async events => {
          for (const event of events) seen.says(event)
          await bare.events.emit(events)
          await this.heed()
        },
      },
    }
  }

  /** While the loop does not know yet that it is paused, it is shown nothing to act on. */
  private inventory(): Ports['inventory'] {
    const { inventory } = this.bare
    return {
      observe: async () => {
        const answer = await inventory.observe()
        if (answer.kind === 'observed') this.seen.observed(answer.observation)
        await this.heed()
        return this.stop.silence ?? answer
      },
      volume: async id => {
        const answer = await inventory.volume(id)
        if (answer.kind === 'volume') this.seen.volumeRead(answer.volume, answer.atUs)
        await this.heed()
        return this.stop.silence ?? answer
      },
    }
  }

  private journal(): Journal {
    const { seen, stop } = this
    const { journal, clock } = this.bare
    const write = async (
      record: Parameters<Journal['create']>[0],
      how: Journal['create'],
    ): ReturnType<Journal['create']> => {
      const before = this.untold.length
      seen.means(record, clock.now())
      const isBreaking = this.untold.length > before
      // The pause comes before what breaks the law: a crash between the two forgets neither.
      if (isBreaking) await this.heed()
      const answer = (isBreaking ? stop.unwritten : null) ?? (await how(record))
      if (answer.kind !== 'written') seen.doubtsWrites()
      await this.heed()
      return answer
    }
    return {
      records: async () => {
        const answer = await journal.records()
        if (answer.kind === 'read') seen.recordsRead(answer.stored, clock.now())
        return answer
      },
      create: record => write(record, one => journal.create(one)),
      replace: record => write(record, one => journal.replace(one)),
      operator: async () => {
        const heard = stop.asksAgain()
        const answer = await journal.operator()
        if (answer.kind === 'read') {
          seen.operatorRead(answer.stored, clock.now())
          heard(answer.stored.pause !== null)
        }
        return answer
      },
      replaceOperator: record => journal.replaceOperator(record),
    }
  }

  private async send(command: Command): Promise<Reply> {
    const { silence } = this.stop
    const reply: Reply =
      silence !== null && !undoes(command)
        ? { kind: 'refused', refusal: 'busy', text: silence.why }
        : await this.bare.mover.send(command)
    this.seen.answered(command, reply, this.bare.clock.now())
    if (this.untold.length > 0) await this.heed()
    return reply
  }

  /** Tells what was broken, and stops; what could not be stopped is tried again. */
  private async heed(): Promise<void> {
    const { operator } = this.by
    const untold = this.untold.splice(0)
    for (const { law, text, migration } of untold) this.stop.because(whyOf(law, migration, text))
    // Telling takes its time, and the pause does not wait for it.
    const paused = this.stop.pause()
    for (const { law, text, atUs } of untold) {
      await this.bare.events.emit([{ kind: 'law-broken', atUs, operator, law, text }])
    }
    await paused
  }
}

function whyOf(law: number, migration: string | null, text: string): string {
  const by = migration === null ? '' : ` by ${migration}`
  return `law ${law} was broken${by}: ${text}`
}

/** The stop after a broken law, until a person has resumed the operator. */
class Stop {
  /** What the loop is told in place of what it asks for; null: it may go on, or knows the pause. */
  silence: { readonly kind: 'unavailable'; readonly why: string } | null = null
  private why: string | null = null
  private isWritten = false
  private writing: Promise<Changed> | null = null

  constructor(
    private readonly journal: Journal,
    private readonly by: WatchedBy,
  ) {}

  /** What a write is answered that waits for the pause, which comes first; null: it need not. */
  get unwritten(): { readonly kind: 'unknown'; readonly why: string } | null {
    const { silence, isWritten } = this
    return silence === null || isWritten ? null : { kind: 'unknown', why: silence.why }
  }

  /** The first word stands until a person has read it. */
  because(why: string): void {
    // One that sends nothing has nothing to stop, and writes nothing.
    if (this.why !== null || this.by.settings.dryRun) return
    this.why = why
    this.silence = { kind: 'unavailable', why }
  }

  async pause(): Promise<void> {
    const { why, by, journal } = this
    if (why === null || this.isWritten) return
    const record: PausedRecord = {
      read: () => journal.operator(),
      replace: one => journal.replaceOperator(one),
    }
    this.writing ??= pauseBeside(record, why, by.timing)
    const changed = await this.writing
    this.writing = null
    if (changed.kind !== 'failed') this.isWritten = true
  }

  /** To be called before the record is read; what it answers takes what stands there. */
  asksAgain(): (isPaused: boolean) => void {
    const { isWritten } = this
    return isPaused => {
      if (!isWritten) return
      this.silence = null
      if (isPaused) return
      this.why = null
      this.isWritten = false
    }
  }
}
