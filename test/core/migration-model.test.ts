/** The migration against a small random Mayastor: laws, an end, and no orphan. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSynced } from '../../src/core/health.js'
import { type Deed, MigrationRun, type Script } from './migration-run.js'
import { spells } from './spells.js'

const faults: readonly Deed[] = [
  'nothing',
  'nothing',
  'lose-answer',
  'lose-command',
  'late-command',
  'refuse',
  'crash',
  'fail-replica',
  'restart-rebuild',
  'unpublish',
  'publish',
  'busy',
  'foreign-cordon',
  'heat-unknown',
  'stall',
  'flow',
  'drain',
  'drained',
]
const people: readonly Deed[] = [
  'scale-up',
  'scale-down',
  'snapshot',
  'delete-volume',
  'delete-record',
  'disable',
  'heated',
  'preserve',
  'stop-preserving',
]

function scripts(deeds: readonly Deed[]): fc.Arbitrary<Script> {
  return fc.record({
    replicas: fc.integer({ min: 1, max: 3 }),
    version: fc.constantFrom('2.9.0', '2.10.0'),
    preservationMode: fc.boolean(),
    seed: fc.nat({ max: 1_000_000 }),
    deeds: spells(deeds),
  })
}

/**
 * Rounds of ten seconds within which a calm world ends every migration: a copy is a few minutes.
 */
const patience = 6 * 60 * 6

function run(script: Script): MigrationRun {
  const run = new MigrationRun(script)
  for (const deed of script.deeds) if (!run.isOver) run.step(deed)
  run.calm()
  for (let round = 0; round < patience && !run.isOver; round++) run.step('nothing')
  return run
}

function settle(run: MigrationRun): void {
  for (let round = 0; round < 200; round++) run.step('nothing')
}

/** As many replicas as the volume is meant to have, and those that preservation mode kept. */
function expectNoOrphan(ran: MigrationRun): void {
  const { outcome, why, intendedReplicas = 0, moves = [] } = ran.record.status ?? {}
  const told = `${outcome} ${why}\n${ran.told.join('\n')}`
  settle(ran)
  const { count, replicas } = ran.mayastor
  const kept = moves.filter(move => move.state === 'kept').length
  // Where nobody said whether a removal acted, and what it removes died by itself, the spare looks
  // like a replica that a person added after it: one too many is left rather than one too few.
  const isSpare = ran.isRemovalUnanswered && why === 'changed-by-others'
  const spares = isSpare ? [0, 1] : [0]
  if (why !== 'replica-not-removed') {
    expect(spares, told).toContain(count - intendedReplicas - kept)
  }
  expect(replicas.every(isSynced), told).toBe(true)
  expect(replicas, told).toHaveLength(count)
}

describe('a migration through a small Mayastor', () => {
  it('keeps laws 1, 2 and 8 under faults, ends when they stop, and leaves no orphan', () => {
    fc.assert(
      fc.property(scripts(faults), script => {
        const ran = run(script)
        expect(ran.isOver, ran.told.slice(-10).join('\n')).toBe(true)
        const { outcome } = ran.record.status ?? {}
        const allCold = ran.mayastor.replicas.every(one => one.pool?.startsWith('cold'))
        expect(allCold || outcome !== 'completed', ran.told.join('\n')).toBe(true)
        expectNoOrphan(ran)
      }),
      { numRuns: 250 },
    )
  })

  it('keeps them whatever people do in mid-move, ends, and leaves no orphan', () => {
    fc.assert(
      fc.property(scripts([...faults, ...people]), script => {
        const ran = run(script)
        expect(ran.isOver, ran.told.slice(-10).join('\n')).toBe(true)
        const others = script.deeds.some(
          deed => deed.startsWith('scale') || deed === 'delete-volume',
        )
        if (!others) expectNoOrphan(ran)
      }),
      { numRuns: 250 },
    )
  })

  it('in a calm world reaches its tier, or has its copies', () => {
    fc.assert(
      fc.property(scripts(['nothing']), script => {
        const ran = run(script)
        const { outcome, moves } = ran.record.status ?? {}
        const told = ran.told.join('\n')
        expect(outcome, told).toBe(script.preservationMode ? 'preserved' : 'completed')
        expect(moves?.length, told).toBe(script.replicas)
      }),
      { numRuns: 50 },
    )
  })
})
