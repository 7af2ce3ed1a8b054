/** The conversion against a small random coder: no write lost, an end, and no orphan. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSynced } from '../../src/core/health.js'
import { ConversionRun, type Deed, type Script } from './conversion-run.js'
import { spells } from './spells.js'

const faults: readonly Deed[] = [
  'nothing',
  'nothing',
  'lose-answer',
  'lose-command',
  'late-command',
  'refuse',
  'crash',
  'pool-away',
  'two-away',
  'three-away',
  'pools-back',
  'write',
  'rest',
  'unpublish',
  'publish',
  'pause',
  'resume',
  'heat-unknown',
  'heat-known',
]
const people: readonly Deed[] = [
  'heated',
  'scale-up',
  'snapshot',
  'delete-volume',
  'delete-record',
  'delete-record',
  'disable',
  'withdraw',
  'release',
  'preserve',
  'stop-preserving',
]

function scripts(deeds: readonly Deed[]): fc.Arbitrary<Script> {
  return fc.record({
    way: fc.constantFrom('code' as const, 'code' as const, 'restore' as const),
    by: fc.constantFrom('policy' as const, 'policy' as const, 'person' as const),
    releaseSource: fc.constantFrom(true, true, false),
    replicas: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat({ max: 1_000_000 }),
    deeds: spells(deeds),
  })
}

/** Rounds of ten seconds within which a calm world ends every conversion. */
const patience = 6 * 60 * 6

function run(script: Script): ConversionRun {
  const ran = new ConversionRun(script)
  for (const deed of script.deeds) ran.step(deed)
  ran.calm()
  for (let round = 0; round < patience && !ran.isOver; round++) {
    // Until the second word the source is kept, for however long.
    ran.step(round === patience / 2 ? 'release' : 'nothing')
  }
  for (let round = 0; round < 10; round++) ran.step('nothing')
  return ran
}

/** It has its replicas, or its coded form, whole; and nothing of the other. */
function expectNoOrphan({ coder, told, outcome, cameTooLate }: ConversionRun): void {
  if (cameTooLate || coder.deleted) return
  const { form, replicas, count } = coder
  const story = `${outcome}\n${told.slice(-40).join('\n')}`
  expect(form === null || form.serves, story).toBe(true)
  if (form === null) {
    expect(replicas.every(isSynced), story).toBe(true)
    expect(replicas.length, story).toBeGreaterThan(0)
  } else {
    expect(replicas, story).toEqual([])
    expect({ count, image: form.image }, story).toEqual({ count: 0, image: null })
    expect(form.replicaCount, story).toBeGreaterThan(0)
  }
}

function lines(ran: ConversionRun): string {
  return ran.told.slice(-30).join('\n')
}

describe('a conversion through a small coder', () => {
  it('loses no write under faults, ends when they stop, and leaves no orphan', () => {
    fc.assert(
      fc.property(scripts(faults), script => {
        const ran = run(script)
        expect(ran.isOver, lines(ran)).toBe(true)
        const isCoded = ran.coder.form?.serves === true
        const isThere = isCoded === (script.way === 'code')
        expect(isThere || !ran.outcome.startsWith('completed'), ran.told.join('\n')).toBe(true)
        expectNoOrphan(ran)
      }),
      { numRuns: 400 },
    )
  })

  it('loses none whatever people do in the middle of it, ends, and leaves no orphan', () => {
    fc.assert(
      fc.property(scripts([...faults, ...people]), script => {
        const ran = run(script)
        expect(ran.isOver, lines(ran)).toBe(true)
        expectNoOrphan(ran)
      }),
      { numRuns: 400 },
    )
  })

  it('in a calm world comes to its form', () => {
    fc.assert(
      fc.property(scripts(['nothing']), script => {
        const ran = run(script)
        expect(ran.outcome, lines(ran)).toBe('completed: null')
      }),
      { numRuns: 50 },
    )
  })
})
