import fc from 'fast-check'
import { expect, it } from 'vitest'
import { run, story } from '../sim/stories.js'

it('breaks no law that one history can show, whatever goes wrong', async () => {
  await fc.assert(
    fc.asyncProperty(story, async told => {
      const { broken } = await run(told)
      expect(broken).toEqual([])
    }),
    {
      numRuns: Number(process.env.RUNS ?? 60),
    },
  )
}, 300_000)
