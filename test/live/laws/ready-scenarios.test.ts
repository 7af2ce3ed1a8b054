/** The ready scenarios, under the eyes that an operator has of itself in a cluster. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planRun, policiesOf } from '../../../sim/baselines.js'
import { openWorkload } from '../../../sim/open-workload.js'
import { Operators } from '../../../sim/operators.js'
import { World } from '../../../sim/world.js'
import { loadScenarioFile, located, scenarioOf } from '../../../src/cli/scenario/load.js'
import { untold } from '../../../traces/unfinished.js'
import { scratch } from '../../cli/in-process.js'
import { watchedIn } from './watched-world.js'

// It has the cache of traces.
scratch()

/** Of a large fleet the first days, which are like those that come. */
const manyVolumes = 500
const daysOfMany = 3 * 86_400_000_000

const files = readdirSync('scenarios').filter(name => name.endsWith('.yaml'))

describe('no law looks broken to an operator', () => {
  it.each(files)('of %s', async name => {
    const file = loadScenarioFile(join('scenarios', name))
    const scenario = scenarioOf(file)
    const source = await openWorkload(scenario, one => located(file.directory, one), untold)
    const planned = planRun(scenario, 'own', policiesOf(scenario))
    if (planned.kind !== 'planned') throw new Error(`${name} cannot be planned`)
    const { policies, placement } = planned.plan
    source.rewind()
    const world = new World({ scenario, policies, placement, source, watched: [] })
    const watched = watchedIn(world, scenario.loop)
    const operators = new Operators(world, scenario.loop)
    operators.start()
    const wholeUs = scenario.untilUs ?? Math.ceil(source.lastUs)
    const isLarge = scenario.volumes.length > manyVolumes
    await world.engine.run(scenario.startUs + (isLarge ? Math.min(wholeUs, daysOfMany) : wholeUs))
    await world.close()
    if (operators.defect !== null) throw operators.defect
    expect(watched.told()).toEqual([])
    const atStake = new Set(
      watched.watchings.flatMap(({ seen }) => [...seen.timesAtStake().keys()]),
    )
    expect([...atStake]).toEqual(expect.arrayContaining([1, 2, 3]))
  })
})
