/** Where what the core says now first differs from what was recorded of a round. */
import type { Decision } from '../../core/decision.js'
import type { Start } from '../../core/start.js'
import { isSame } from '../../live/kept.js'
import type { RecordedRound, RecordedStart } from '../../live/recording.js'
import type { Replayed } from '../../live/recording-replay.js'

export interface Difference {
  readonly what: 'decision' | 'start' | 'counters'
  readonly volume: string | null
  /** Null: none. */
  readonly recorded: object | null
  readonly replayed: object | null
}

export function firstDifference(round: RecordedRound, replayed: Replayed): Difference | null {
  if (replayed.kind === 'astray') {
    const { why } = replayed
    return { what: 'counters', volume: null, recorded: null, replayed: { why } }
  }
  const output = replayed.kind === 'decided' ? replayed.output : nothing
  return ofDecisions(round.decisions, output.decisions) ?? ofStarts(round.starts, output.starts)
}

const nothing: { readonly decisions: readonly Decision[]; readonly starts: readonly Start[] } = {
  decisions: [],
  starts: [],
}

function ofDecisions(
  recorded: readonly Decision[],
  replayed: readonly Decision[],
): Difference | null {
  const length = Math.max(recorded.length, replayed.length)
  for (let place = 0; place < length; place++) {
    const then = recorded[place] ?? null
    const now = replayed[place] ?? null
    if (isAlike(then, now)) continue
    if (then === null || then.volume === now?.volume) return differs(then, now)
    const later = replayed.find(one => one.volume === then.volume) ?? null
    if (now === null || !isAlike(then, later)) return differs(then, later)
    // It is told too, after one that was not told then, or was told later.
    return differs(recorded.find(one => one.volume === now.volume) ?? null, now)
  }
  return null
}

function differs(recorded: Decision | null, replayed: Decision | null): Difference {
  const volume = recorded?.volume ?? replayed?.volume ?? null
  return { what: 'decision', volume, recorded, replayed }
}

/** What was claimed was decided. What was decided may have been claimed in a later round. */
function ofStarts(
  recorded: readonly RecordedStart[],
  replayed: readonly Start[],
): Difference | null {
  for (const then of recorded) {
    const start = replayed.find(one => one.name === then.name)
    const now = start === undefined ? null : claimOf(start)
    if (isAlike(then, now)) continue
    return { what: 'start', volume: then.volume, recorded: then, replayed: now }
  }
  return null
}

function claimOf(start: Start): RecordedStart {
  const { name, volume, policy, fromTier, toTier, reason } = start
  const { heatIops, sizeBytes, fingerprint } = start
  return { name, volume, policy, fromTier, toTier, reason, heatIops, sizeBytes, fingerprint }
}

/** As they are written: JSON knows no undefined. */
function isAlike(recorded: object | null, replayed: object | null): boolean {
  return isSame(plain(recorded), plain(replayed))
}

function plain(value: object | null): unknown {
  return JSON.parse(JSON.stringify(value))
}
