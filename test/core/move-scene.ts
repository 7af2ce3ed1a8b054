/**
 * One move in one state, with the volume as it may look then: two old replicas, and perhaps a copy.
 */
import { expect, it } from 'vitest'
import type { Replica, Volume } from '../../src/core/model.js'
import { nextOfMove } from '../../src/core/move.js'
import type { MoveIntent, MoveView } from '../../src/core/move-view.js'
import type { MigrationStatus, MoveRecord } from '../../src/core/record.js'
import { minute, move, noon, pool, replica, running, second, volume } from './cluster.js'

export const hot0 = pool('hot-0', 'hot')
export const hot1 = pool('hot-1', 'hot')
export const cold0 = pool('cold-0', 'cold')
export const cold1 = pool('cold-1', 'cold')
export const warm0 = pool('warm-0', 'warm')

export const first = replica('old-0', hot0)
export const second2 = replica('old-1', hot1)
export const copy = replica('copy', cold0)

export function rebuilding(of: Replica, percent: number | null): Replica {
  return { ...of, childState: 'degraded', healthy: false, rebuildPercent: percent }
}

export function faulted(of: Replica): Replica {
  return { ...of, state: 'faulted', childState: 'faulted', healthy: false, rebuildPercent: null }
}

export interface Scene {
  readonly replicas: readonly Replica[]
  readonly count: number
  readonly volume?: Partial<Volume>
  readonly move?: Partial<MoveRecord>
  readonly status?: Partial<MigrationStatus>
  readonly view?: Partial<MoveView>
}

/** The last command is so old. */
export function sent(agoUs: number, refusal?: 'no-pool' | 'precondition' | 'unknown') {
  const text = 'replica_count'
  const command = { text, atUs: noon - agoUs }
  return refusal === undefined ? command : { ...command, refusal }
}

export function next(state: MoveRecord['state'], scene: Scene): MoveIntent {
  const whole = volume('v', [hot0, hot1])
  const seen: Volume = {
    ...whole,
    replicas: scene.replicas,
    replicaCount: scene.count,
    ...scene.volume,
  }
  const landed = state === 'planned' || state === 'adding' ? null : copy
  const current = move(first, {
    accepted: [cold0.id, cold1.id],
    toReplica: landed?.id ?? null,
    toPool: landed?.pool ?? null,
    progressedUs: noon - minute,
    state,
    ...scene.move,
  })
  const status = { originalReplicas: [first.id, second2.id], moves: [current], ...scene.status }
  const view: MoveView = {
    nowUs: noon,
    volume: seen,
    base: 2,
    timeoutUs: 30 * minute,
    isInTargetTier: on => on.startsWith('cold'),
    stop: null,
    undo: null,
    preserve: false,
    ...scene.view,
  }
  return nextOfMove(running(whole, 'cold', { status }), current, view)
}

/** The intent in few words: its kind, and what tells it apart. */
export function told(intent: MoveIntent): string {
  switch (intent.kind) {
    case 'wait':
      return `wait${intent.holdsSlot ? '' : ' without slot'}: ${intent.why}`
    case 'note': {
      const { why, attempts } = intent.status ?? {}
      const more = [why, attempts].filter(one => one !== undefined).join(' ')
      return `note ${intent.move.state}${more === '' ? '' : `: ${more}`}`
    }
    case 'add':
      return `add ${intent.count}`
    case 'take-back':
      return `take back ${intent.count}`
    case 'remove':
      return `remove ${intent.victim.id} ${intent.count}`
    case 'ended':
      return `ended ${intent.move.state}: ${intent.why}`
  }
}

export const stranger = replica('stranger', warm0)
export const halfMinute = 30 * second

export type Row = readonly [what: string, scene: Scene, expected: string]

export function each(state: MoveRecord['state'], rows: readonly Row[]): void {
  it.each(rows)('%s', (_, scene, expected) => {
    expect(told(next(state, scene))).toBe(expected)
  })
}

export function noted(intent: MoveIntent): Extract<MoveIntent, { kind: 'note' }> {
  if (intent.kind !== 'note') throw new Error(told(intent))
  return intent
}
