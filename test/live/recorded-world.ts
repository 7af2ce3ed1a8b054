/** Small worlds in virtual time, whose operators are seen from between loop and ports. */
import fc from 'fast-check'
import type { Fault } from '../../sim/scenario/model.js'
import type { OperatorSettings } from '../../src/core/settings.js'
import { type RecordedRound, recordedPorts } from '../../src/live/recording.js'
import { type Identity, runLoop } from '../../src/loop.js'
import type { Ports } from '../../src/ports.js'
import { minute, type SmallScenario, type SmallWorld, smallWorld } from '../sim/small-world.js'
import { calm, stories } from './wire-stories.js'

export interface RecordedWorld {
  readonly rounds: readonly RecordedRound[]
  readonly settings: OperatorSettings
  readonly small: SmallWorld
}

export async function recordedWorld(scenario: SmallScenario): Promise<RecordedWorld> {
  const rounds: RecordedRound[] = []
  const small = await turned(scenario, (ports, { epoch }, { dryRun }) =>
    recordedPorts(ports, { epoch, dryRun }, round => rounds.push(round)),
  )
  return { rounds, settings: small.scenario.loop, small }
}

/** Runs one operator to the end, over what becomes of its ports. */
export async function turned(
  scenario: SmallScenario,
  over: (ports: Ports, identity: Identity, settings: OperatorSettings) => Ports,
): Promise<SmallWorld> {
  const small = smallWorld(scenario)
  const { world } = small
  const identity = { operator: 'operator-1', epoch: 1 }
  const settings = small.scenario.loop
  const ports = over(world.portsOf(world.engine.party(identity.operator)), identity, settings)
  let defect: unknown = null
  runLoop(ports, identity, settings).catch((error: unknown) => {
    defect = error
    world.engine.stop()
  })
  await small.run(scenario.lengthMinutes)
  if (defect !== null) throw defect
  return small
}

const heat = fc
  .array(
    fc.record({
      fromMinute: fc.integer({ min: 1, max: 110 }),
      iops: fc.integer({ max: 250, min: 0 }),
    }),
    {
      maxLength: 3,
    },
  )
  .chain(later =>
    fc
      .integer({ min: 0, max: 250 })
      .map(iops => [
        { fromMinute: 0, iops },
        ...[...later].sort((one, other) => one.fromMinute - other.fromMinute),
      ]),
  )

const faults: readonly Fault[] = [
  ...stories.flatMap(([, change]) => change.faults ?? []),
  { kind: 'prometheus', how: 'down', atUs: 30 * minute, forUs: 7 * minute },
]

/** Two hours of a few volumes that turn warm and cold, while things may fail. */
export const scenarios: fc.Arbitrary<SmallScenario> = fc
  .record({
    heats: fc.array(heat, { minLength: 1, maxLength: 4 }),
    places: fc.array(fc.constantFrom('hot' as const, 'cold' as const), {
      minLength: 4,
      maxLength: 4,
    }),
    faults: fc.subarray([...faults]),
    mayastor: fc.constantFrom('2.10' as const, '2.8' as const),
    maxDemotionsPercentPerRound: fc.constantFrom(50, 100),
    coolingMinutes: fc.constantFrom(0, 11),
  })
  .map(one => ({
    ...calm,
    volumes: one.heats.map((steps, place) => ({
      place: one.places[place],
      replicas: 2,
      heat: steps,
    })),
    lengthMinutes: 120,
    faults: one.faults,
    mayastor: one.mayastor,
    policy: {
      maxDemotionsPercentPerRound: one.maxDemotionsPercentPerRound,
      coolingPeriodUs: one.coolingMinutes * minute,
    },
  }))
