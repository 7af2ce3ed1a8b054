/** The pause in the operator's record: each change of it is against what was read. */
import type { OperatorRecord } from '../core/record.js'
import type { Timing } from '../kubernetes/timing.js'
import type { ReadAnswer, WriteAnswer } from '../ports.js'
import type { OperatorMap } from './operator-map.js'

export type Pause = OperatorRecord['pause']

export type Changed =
  | { readonly kind: 'changed'; readonly before: Pause; readonly now: Pause }
  | { readonly kind: 'as-it-was'; readonly now: Pause }
  | { readonly kind: 'failed'; readonly why: string }

/** Where the record is, as a ConfigMap or as the journal has it. */
export interface PausedRecord {
  read(): Promise<ReadAnswer<OperatorRecord>>
  replace(record: OperatorRecord): Promise<WriteAnswer<OperatorRecord>>
}

const mostTries = 5
const pauseBetweenUs = 200_000

/** A pause with the same words stands as it is; other words take their place, not its beginning. */
export async function pauseOperator(
  map: PausedRecord,
  why: string,
  timing: Timing,
): Promise<Changed> {
  return changePause(map, timing, before =>
    before?.why === why ? before : { why, sinceUs: before?.sinceUs ?? timing.nowUs() },
  )
}

/** A pause that stands already keeps its words behind the new ones. */
export async function pauseBeside(
  map: PausedRecord,
  why: string,
  timing: Timing,
): Promise<Changed> {
  return changePause(map, timing, before => {
    if (before === null) return { why, sinceUs: timing.nowUs() }
    if (before.why.includes(why)) return before
    return { why: `${why}; and before that: ${before.why}`, sinceUs: before.sinceUs }
  })
}

export async function resumeOperator(map: OperatorMap, timing: Timing): Promise<Changed> {
  const found = await map.look()
  // Where no operator ever was, nothing is made in order to say that it is not paused.
  if (found.kind === 'absent') return { kind: 'as-it-was', now: null }
  return changePause(map, timing, () => null)
}

/**
 * Somebody else may write in between, the operator most of all; and a write that was not answered
 * may have been done, which only another look tells.
 */
async function changePause(
  map: PausedRecord,
  timing: Timing,
  wanted: (before: Pause) => Pause,
): Promise<Changed> {
  let perhapsChanged: { readonly before: Pause } | null = null
  let trouble = 'others wrote first, each time'
  for (let tries = 0; tries < mostTries; tries++) {
    if (tries > 0) await timing.sleep(Math.ceil(pauseBetweenUs * timing.chance()))
    const read = await map.read()
    if (read.kind === 'unavailable') return { kind: 'failed', why: read.why }
    const before = read.stored.pause
    const now = wanted(before)
    if (isSame(before, now)) {
      if (perhapsChanged === null) return { kind: 'as-it-was', now }
      return { kind: 'changed', before: perhapsChanged.before, now }
    }
    const answer = await map.replace({ ...read.stored, pause: now })
    if (answer.kind === 'written') return { kind: 'changed', before, now }
    if (answer.kind === 'unknown') {
      trouble = answer.why
      perhapsChanged = { before }
    }
  }
  return { kind: 'failed', why: trouble }
}

function isSame(one: Pause, other: Pause): boolean {
  return one?.why === other?.why && one?.sinceUs === other?.sinceUs
}
