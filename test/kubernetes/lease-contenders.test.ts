import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Held, Lease, type LeaseSettings } from '../../src/kubernetes/lease.js'
import { FaultyServer, type Passage, seeded, Timeline } from './faulty-server.js'
import { never } from './leasing.js'

const second = 1_000_000
/** Whole seconds, and little between them: nothing but the rule keeps contenders apart. */
const quick = { durationUs: 2_000_000, renewDeadlineUs: 1_900_000, retryUs: 200_000 }

function settingsOf(identity: string): LeaseSettings {
  return { namespace: 'operators', name: 'lead', identity, ...quick }
}

describe('contenders behind a network with faults', () => {
  it('hold it one at a time, with rising epochs, and hold it again when all is well', async () => {
    let takes = 0
    const property = fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 2, max: 3 }),
      async (...of) => {
        takes += await contend(...of)
      },
    )
    await fc.assert(property, { numRuns: 60 })
    expect(takes, 'it changes hands').toBeGreaterThan(300)
  })
})

async function contend(seed: number, contenders: number): Promise<number> {
  const timeline = new Timeline()
  const server = new FaultyServer(timeline, 3 * second)
  const world: World = { timeline, server, chance: seeded(seed), taken: [], isCalm: false }
  for (let name = 0; name < contenders; name++) void live(world, `contender-${name}`)
  const oneAtMost = (): void => {
    const holders = world.taken.filter(held => held.holdsForUs() > 0)
    expect(holders.length).toBeLessThanOrEqual(1)
  }
  await timeline.pass(40 * second, oneAtMost)
  world.isCalm = true
  await timeline.pass(10 * second, oneAtMost)
  const epochs = world.taken.map(({ epoch }) => epoch)
  expect(epochs.every((epoch, index) => epoch > (epochs[index - 1] ?? 0))).toBe(true)
  expect(world.taken.filter(held => held.holdsForUs() > 0)).toHaveLength(1)
  return epochs.length
}

interface World {
  readonly timeline: Timeline
  readonly server: FaultyServer
  readonly chance: () => number
  readonly taken: Held[]
  isCalm: boolean
}

/** Takes it, loses it or gives it back, and begins again, at times as a new process. */
async function live(world: World, name: string): Promise<void> {
  const { timeline, server, chance } = world
  const aheadUs = Math.floor((chance() - 0.5) * 100 * second)
  const trouble = chance()
  const lateUs = (): number =>
    isBad(world, 0.03 * trouble) ? Math.floor(chance() * 3 * second) : 0
  const timing = timeline.timing(chance, aheadUs, lateUs)
  const api = server.api(() => passageOf(world, trouble))
  let lease = new Lease(api, settingsOf(`${name}_0`), timing)
  for (let life = 1; ; life++) {
    const held = await lease.acquire(never())
    world.taken.push(held)
    const leaves = timeline.sleep(Math.floor(chance() * 6 * second))
    const isLeaving = await Promise.race([held.lost.then(() => false), leaves.then(() => true)])
    if (world.isCalm && isLeaving) await held.lost
    else if (chance() < 0.7) await held.release()
    else void held.release()
    if (chance() < 0.5) lease = new Lease(api, settingsOf(`${name}_${life}`), timing)
  }
}

function passageOf(world: World, trouble: number): Passage {
  const { chance } = world
  const delayUs = (): number => Math.floor(chance() * (isBad(world, trouble) ? second : 20_000))
  return {
    requestUs: delayUs(),
    answerUs: delayUs(),
    refusal: isBad(world, 0.2 * trouble) ? (chance() < 0.5 ? 409 : 503) : null,
    isLost: isBad(world, 0.2 * trouble),
  }
}

function isBad({ isCalm, chance }: World, likely: number): boolean {
  return !isCalm && chance() < likely
}
