/** What is judged from observations alone never looks broken where nothing is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lawsJudgedLive } from '../../../src/live/laws/judged-live.js'
import { story, worldOf } from '../../sim/stories.js'
import { watchedWorld } from './watched-world.js'

const patience = 240_000

describe('the laws, watched by what an operator sees', () => {
  it(
    'are never told as broken by one operator, whatever fails and whoever meddles',
    async () => {
      const atStake = new Set<number>()
      await fc.assert(
        fc.asyncProperty(story, async told => {
          const watched = watchedWorld(worldOf(told))
          watched.small.operators.start()
          await watched.small.run(told.scenario.lengthMinutes)
          expect(watched.told()).toEqual([])
          for (const { seen } of watched.watchings) {
            for (const law of seen.timesAtStake().keys()) atStake.add(law)
          }
        }),
        { numRuns: 300 },
      )
      expect([...atStake].sort((a, b) => a - b)).toEqual(lawsJudgedLive)
    },
    patience,
  )

  it(
    'are never told as broken by several operators at once',
    async () => {
      const launches = fc.array(fc.integer({ min: 200, max: 1500 }), { minLength: 1, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(story, launches, async (told, seconds) => {
          const watched = watchedWorld(worldOf(told))
          const { small } = watched
          small.operators.start()
          for (const second of seconds) {
            small.at(second / 60, () => {
              small.operators.launch()
              small.world.engine.noteSettled()
            })
          }
          await small.run(120)
          expect(watched.told()).toEqual([])
        }),
        { numRuns: 200 },
      )
    },
    patience,
  )
})
