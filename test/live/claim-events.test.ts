import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.js'
import type { DomainEvent } from '../../src/core/event.js'
import { volumeId } from '../../src/core/model.js'
import type { MigrationRecord } from '../../src/core/record.js'
import { claimTale } from '../../src/live/claim-events.js'
import { ended, noon, pool, running, volume } from '../core/cluster.js'

const one = volume('v', [pool('hot-0', 'hot')])
const said = { atUs: noon, operator: 'me' }
const claim = { namespace: 'shop', name: 'db', uid: 'u-1' }
const ofV = (id: string) => (id === 'v' ? claim : null)

function decision(change: Partial<Decision>): DomainEvent {
  const usual: Decision = {
    volume: volumeId('v'),
    policy: null,
    verdict: 'blocked',
    from: 'hot',
    to: 'cold',
    reason: 'tier-full',
    heatIops: null,
    coverage: null,
    numbers: {},
    names: [],
  }
  return { ...said, kind: 'decision', decision: { ...usual, ...change } }
}

describe('the owner of a claim', () => {
  it('is told that the volume begins to move, and how that ended', () => {
    const tale = (record: MigrationRecord) => claimTale({ ...said, kind: 'record', record }, ofV)
    const begun = running(one, 'cold')
    expect(tale(begun)).toEqual({
      regarding: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim },
      type: 'Normal',
      reason: 'MigrationStarted',
      action: 'Migrate',
      note: 'Migration v-1 from hot to cold begins.',
    })
    expect(tale(running(one, 'cold', { status: { phase: 'moving' } }))).toBeNull()
    expect(tale(ended(one, 'cold', 'completed', noon))?.reason).toBe('MigrationCompleted')
    const failed = ended(one, 'cold', 'failed', noon, { status: { why: 'wrong-pool' } })
    expect(tale(failed)).toMatchObject({ type: 'Warning', reason: 'MigrationFailed' })
    expect(tale(failed)?.note).toContain('[wrong-pool]')
  })

  it.each([
    ['completed', 'Normal', 'MigrationCompleted', 'is completed.'],
    ['preserved', 'Normal', 'MigrationPreserved', 'ended, its old replicas kept.'],
    ['cancelled', 'Normal', 'MigrationCancelled', 'was cancelled.'],
    ['gone', 'Normal', 'MigrationCancelled', 'was cancelled.'],
    ['rolled-back', 'Warning', 'MigrationFailed', 'was rolled back.'],
    ['failed', 'Warning', 'MigrationFailed', 'failed.'],
    ['abandoned', 'Warning', 'MigrationFailed', 'was abandoned.'],
    ['refused', 'Warning', 'MigrationFailed', 'was refused.'],
  ] as const)('is warned only of an end that somebody should look at: %s', (...words) => {
    const [outcome, type, reason, end] = words
    const record = ended(one, 'cold', outcome, noon)
    const told = claimTale({ ...said, kind: 'record', record }, ofV)
    expect(told).toMatchObject({ type, reason, note: `Migration v-1 from hot to cold ${end}` })
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`| \`${reason}\``)
  })

  it('is told what holds it back where a person can do something about it', () => {
    expect(claimTale(decision({}), ofV)).toMatchObject({
      type: 'Warning',
      reason: 'TierFull',
      note: 'It cannot move from hot to cold [tier-full]: see docs/reasons.md.',
    })
    expect(claimTale(decision({ reason: 'cooldown' }), ofV)).toBeNull()
    expect(claimTale(decision({ verdict: 'move' }), ofV)).toBeNull()
  })

  it('is nobody where nobody claims the volume', () => {
    expect(claimTale(decision({ volume: volumeId('w') }), ofV)).toBeNull()
  })
})
