/** The laws, searched over drawn clusters, workloads, faults and deeds. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDifference, lawsOfEveryOperator } from '../../src/core/laws.js'
import { notArrived } from '../sim/arrived.js'
import { codedStory } from '../sim/coded-stories.js'
import { run, story, worldOf } from '../sim/stories.js'
import { strayBytes } from '../sim/stray-bytes.js'

const patience = 120_000

const kinds = [
  ['', story, 200],
  [' where volumes are coded', codedStory, 100],
] as const

describe.each(kinds)('one operator%s', (_, stories, runs) => {
  it(
    'no law is broken that one running history can show, and every volume arrives (law 12)',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, async told => {
          const { small, broken } = await run(told)
          expect(broken).toEqual([])
          expect(strayBytes(small)).toBe(0)
          // What a person changed for good may keep a cluster from ever being whole.
          const passes = ['pause', 'cancel', 'cordon', 'disable']
          const isLeftAlone = told.deeds.every(({ deed }) => passes.includes(deed.kind))
          if (told.scenario.loop?.preservationMode === true || !isLeftAlone) return
          expect(notArrived(told, small)).toEqual([])
        }),
        { numRuns: runs },
      )
    },
    patience,
  )
})

describe.each(kinds)('several operators%s', (_, stories, runs) => {
  it(
    'several operators at once break none of the laws that hold for any number of them (law 10)',
    async () => {
      const launches = fc.array(fc.integer({ min: 200, max: 1500 }), { minLength: 1, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(stories, launches, async (told, seconds) => {
          const small = worldOf(told)
          small.operators.start()
          for (const second of seconds) {
            small.at(second / 60, () => {
              small.operators.launch()
              small.world.engine.noteSettled()
            })
          }
          await small.run(90)
          const { violations } = small.watch.result()
          expect(violations.filter(one => lawsOfEveryOperator.includes(one.law))).toEqual([])
        }),
        { numRuns: Math.floor(runs * 0.75) },
      )
    },
    patience,
  )
})

describe.each(kinds)('one seed%s', (_, stories) => {
  it(
    'the same seed tells the same history (law 14)',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, async told => {
          const one = (await run(told)).small.world.history
          const other = (await run(told)).small.world.history
          expect(firstDifference(one.lines(), other.lines())).toBeNull()
          expect(one.hash.digest()).toBe(other.hash.digest())
        }),
        { numRuns: 15 },
      )
    },
    patience,
  )
})
