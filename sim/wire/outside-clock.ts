/**
 * Virtual time under an outside clock. Whoever keeps it grants time; the engine runs there, as in
 * every simulation, but only while every registered party sleeps, and it stops wherever one of them
 * wakes. By hand time is granted by one who asks, free it is granted for good, and paced it is
 * granted as another clock goes.
 */
import type { Engine } from '../engine/engine.js'

export type Pace = 'by-hand' | 'free' | 'paced'

/** `reached`: it is that time. Else somebody took the sleep's place, or the party away. */
export type Woken = 'reached' | 'replaced' | 'removed'

export type Advanced =
  | { readonly kind: 'reached' }
  | { readonly kind: 'refused'; readonly why: string }

interface Sleep {
  readonly untilUs: number
  readonly wake: (how: Woken) => void
}

/** The engine goes this far at most before others have their turn. */
const sliceUs = 10_000_000

export class OutsideClock {
  /** By name; null while the party is awake. */
  private readonly parties = new Map<string, Sleep | null>()
  private grantedUs: number
  private goal: { readonly atUs: number; readonly reached: () => void } | null = null
  /** While the engine runs; null while time stands. */
  private moving: Promise<void> | null = null
  private isWanted = false

  constructor(
    private readonly engine: Engine,
    readonly pace: Pace,
    /** The engine cannot go on: a defect. */
    private readonly failed: (error: unknown) => void,
  ) {
    this.grantedUs = engine.nowUs
  }

  get nowUs(): number {
    return this.engine.nowUs
  }

  /** Names, and until when each sleeps. */
  get sleepers(): readonly { readonly name: string; readonly untilUs: number | null }[] {
    return [...this.parties].map(([name, sleep]) => ({ name, untilUs: sleep?.untilUs ?? null }))
  }

  /** The party is awake; resolves when time stands for it. */
  async register(name: string): Promise<void> {
    this.awaken(name)
    await this.moving
  }

  /** False: it was not registered. */
  remove(name: string): boolean {
    const sleep = this.parties.get(name)
    if (!this.parties.delete(name)) return false
    sleep?.wake('removed')
    void this.move()
    return true
  }

  isRegistered(name: string): boolean {
    return this.parties.has(name)
  }

  /** Resolves when it is that time; `gone` tells that nobody waits for it any more. */
  sleep(name: string, untilUs: number, gone: (wakes: () => void) => void): Promise<Woken> {
    this.awaken(name)
    if (untilUs <= this.nowUs) return Promise.resolve('reached')
    return new Promise(wake => {
      const sleep = { untilUs, wake }
      this.parties.set(name, sleep)
      gone(() => {
        if (this.parties.get(name) === sleep) this.parties.set(name, null)
      })
      void this.move()
    })
  }

  /** Moves time by hand; resolves when it is there, whoever had to wake and sleep on the way. */
  advance(byUs: number): Promise<Advanced> {
    if (this.pace !== 'by-hand') return Promise.resolve(refused('the clock moves by itself'))
    const awake = this.firstAwake()
    if (awake !== null) return Promise.resolve(refused(`party ${awake} is awake`))
    if (this.goal !== null) return Promise.resolve(refused('the clock is being moved already'))
    return new Promise(resolve => {
      this.grantedUs = this.nowUs + byUs
      this.goal = { atUs: this.grantedUs, reached: () => resolve({ kind: 'reached' }) }
      void this.move()
    })
  }

  /** Another clock went on by so much; while a party is awake that is nothing here. */
  async elapse(byUs: number): Promise<void> {
    if (this.firstAwake() !== null) return
    this.grantedUs = this.nowUs + byUs
    await this.move()
  }

  /** What is due at this instant happens, now or where the engine runs already; no time passes. */
  async settle(): Promise<void> {
    if (this.moving === null) await this.move()
    else this.isWanted = true
  }

  private awaken(name: string): void {
    this.parties.get(name)?.wake('replaced')
    this.parties.set(name, null)
  }

  /** The engine runs once at a time; who comes while it runs makes it look again. */
  private move(): Promise<void> {
    this.isWanted = true
    this.moving ??= this.run()
    return this.moving
  }

  private async run(): Promise<void> {
    try {
      while (this.isWanted) {
        this.isWanted = false
        await this.goOn()
      }
    } catch (error) {
      this.failed(error)
    } finally {
      this.moving = null
    }
  }

  private async goOn(): Promise<void> {
    await this.engine.run(this.nowUs)
    for (let toUs = this.nextUs(); toUs !== null; toUs = this.nextUs()) {
      await this.engine.run(Math.min(toUs, this.nowUs + sliceUs))
      this.wakeThoseDue()
    }
  }

  /** Null: time stands still. */
  private nextUs(): number | null {
    if (this.goal !== null && this.goal.atUs <= this.nowUs) this.endGoal()
    if (this.firstAwake() !== null) return null
    let toUs = this.limitUs()
    for (const sleep of this.parties.values()) {
      if (sleep !== null) toUs = Math.min(toUs, sleep.untilUs)
    }
    return toUs > this.nowUs ? toUs : null
  }

  /** Free time runs for somebody: with no party registered it waits for one. */
  private limitUs(): number {
    if (this.pace !== 'free') return this.grantedUs
    return this.parties.size === 0 ? this.nowUs : Number.POSITIVE_INFINITY
  }

  private endGoal(): void {
    const { goal } = this
    this.goal = null
    goal?.reached()
  }

  private wakeThoseDue(): void {
    for (const [name, sleep] of this.parties) {
      if (sleep === null || sleep.untilUs > this.nowUs) continue
      this.parties.set(name, null)
      sleep.wake('reached')
    }
  }

  private firstAwake(): string | null {
    for (const [name, sleep] of this.parties) if (sleep === null) return name
    return null
  }
}

function refused(why: string): Advanced {
  return { kind: 'refused', why }
}
