/** A work queue in virtual time, and all that it does. */
import { type WorkOutcome, WorkQueue } from '../../src/kubernetes/work-queue.js'
import { VirtualTiming } from './scripted.js'

export interface Tried {
  readonly key: string
  readonly atUs: number
  /** Null: it is under way. */
  untilUs: number | null
}

export const done: WorkOutcome = { kind: 'done' }

export function again(notBeforeUs: number | null = null): WorkOutcome {
  return { kind: 'again', notBeforeUs }
}

type Plan = (key: string, nth: number) => { lastsUs: number; outcome: WorkOutcome }

/** `plan` says how each try of a key goes; the first is 0. */
export function begin(workers: number, plan: Plan) {
  const timing = new VirtualTiming()
  const tried: Tried[] = []
  const told: (readonly [string, ...number[]])[] = []
  const work = async (key: string): Promise<WorkOutcome> => {
    const { lastsUs, outcome } = plan(key, tried.filter(one => one.key === key).length)
    const one: Tried = { key, atUs: timing.monotonicUs(), untilUs: null }
    tried.push(one)
    if (lastsUs > 0) await timing.sleep(lastsUs)
    one.untilUs = timing.monotonicUs()
    return outcome
  }
  const queue = new WorkQueue(work, workers, timing)
  queue.observe({
    added: () => told.push(['added']),
    retried: () => told.push(['retried']),
    begun: waitedUs => told.push(['begun', waitedUs]),
    ended: workedUs => told.push(['ended', workedUs]),
  })
  return { queue, timing, tried, told }
}
