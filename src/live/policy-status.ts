/**
 * The status of each StoragePolicy, made from what the last round saw and said: for people, read by
 * nobody else. Instants in it move only when what they tell of changes, so that an unchanged world
 * gives the same status.
 */
import type { Decision } from '../core/decision.js'
import { formatDuration } from '../core/duration.js'
import { formatInstant } from '../core/instant.js'
import { type Landscape, type PolicyView, policyOf, type VolumeView } from '../core/landscape.js'
import type { PolicyName, Tier, VolumeId } from '../core/model.js'
import type { ReasonCode } from '../core/reasons.js'
import type { MigrationRecord } from '../core/record.js'
import { camelCase } from '../core/resources/status-kinds.js'

/** What was last decided of a volume, and since when. */
export interface ToldDecision {
  readonly decision: Decision
  readonly sinceUs: number
}

/** What is not as it should be, of one policy or of all. */
export interface Wanting {
  readonly policy: PolicyName | null
  readonly condition: string
  readonly text: string
}

export interface PolicyWorld {
  readonly landscape: Landscape
  readonly decisions: ReadonlyMap<VolumeId, ToldDecision>
  readonly records: readonly MigrationRecord[]
  readonly wanting: readonly Wanting[]
}

export type Status = Readonly<Record<string, unknown>>

/** Of wanted volumes, and of past migrations. */
const mostShown = 50

/** Without lastReconcileTime and lastTransitionTime, which depend on the status before. */
export function policyStatus(world: PolicyWorld, policy: PolicyView): Status {
  const { landscape } = world
  const own = landscape.volumes.filter(view => policyOf(landscape, view) === policy)
  const on = (tier: Tier): number => own.filter(view => view.tier === tier).length
  const records = world.records.filter(({ spec }) => spec.policy === policy.policy.name)
  const ended = records.filter(({ status }) => status?.phase === 'finished')
  const failed = ended.filter(({ status }) => status?.outcome !== 'completed')
  return {
    phase: phaseOf(policy),
    observedGeneration: policy.policy.generation,
    wanted: wantedOf(world, own),
    blocked: blockedOf(world, own),
    watchedVolumes: own.length,
    hotVolumes: on('hot'),
    warmVolumes: on('warm'),
    coldVolumes: on('cold'),
    activeMigrations: records.length - ended.length,
    totalMigrations: ended.length,
    failedMigrations: failed.length,
    conditions: conditionsOf(world, policy),
    migrationHistory: historyOf(world, ended),
  }
}

function phaseOf({ policy, poolsInTwoTiers }: PolicyView): 'Active' | 'Disabled' | 'Error' {
  if (policy.problems.length > 0 || poolsInTwoTiers.length > 0) return 'Error'
  return policy.spec.enabled ? 'Active' : 'Disabled'
}

function wantedOf({ decisions }: PolicyWorld, own: readonly VolumeView[]): readonly Status[] {
  const wanted: Status[] = []
  for (const { volume } of own) {
    const told = decisions.get(volume.id)
    if (told === undefined || !isWanted(told.decision)) continue
    const { from, to, reason } = told.decision
    const { claim, name, sizeBytes } = volume
    wanted.push({
      ...(claim === null ? {} : { namespace: claim.namespace, claim: claim.name }),
      ...{ volume: name, from, to, reason, bytes: sizeBytes, since: formatInstant(told.sinceUs) },
    })
    if (wanted.length === mostShown) break
  }
  return wanted
}

/** Nothing but its turn, or a dry run, is between it and its move. */
const waiting: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'dry-run',
  'policy-limit',
  'operator-limit',
])

function isWanted({ verdict, reason }: Decision): boolean {
  return verdict === 'move' || waiting.has(reason)
}

function blockedOf({ decisions }: PolicyWorld, own: readonly VolumeView[]): Status {
  const counts = new Map<string, number>()
  for (const { volume } of own) {
    const decision = decisions.get(volume.id)?.decision
    if (decision?.verdict !== 'blocked') continue
    counts.set(decision.reason, (counts.get(decision.reason) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
}

function conditionsOf({ wanting }: PolicyWorld, { policy }: PolicyView): readonly Status[] {
  const against = wanting.filter(one => one.policy === null || one.policy === policy.name)
  const problems = policy.problems.map(({ path, message }) => `${path}: ${message}`)
  const texts = [...problems, ...against.map(({ text }) => text)]
  const [first] = against
  const reason = problems.length > 0 ? 'SpecInvalid' : (first?.condition ?? 'AsItShouldBe')
  const ready = {
    type: 'Ready',
    status: texts.length === 0 ? 'True' : 'False',
    // Of a condition that does not hold the name says what is wanting.
    reason: problems.length > 0 || first === undefined ? reason : `No${reason}`,
    message: texts.join('; '),
    observedGeneration: policy.generation,
  }
  return [ready]
}

function historyOf(
  { landscape }: PolicyWorld,
  ended: readonly MigrationRecord[],
): readonly Status[] {
  const endUs = ({ status }: MigrationRecord): number => status?.finishedUs ?? 0
  const latest = [...ended].sort((one, other) => endUs(one) - endUs(other)).slice(-mostShown)
  return latest.map(record => {
    const { spec, status } = record
    const place = landscape.volumePlaces.get(spec.volume)
    const volumeName = place === undefined ? spec.volume : landscape.volumes[place].volume.name
    const success = status?.outcome === 'completed'
    return {
      volumeName,
      timestamp: formatInstant(endUs(record)),
      fromTier: spec.fromTier,
      toTier: spec.toTier,
      ...(spec.heatIops === null ? {} : { triggerIOPS: spec.heatIops }),
      duration: formatDuration(endUs(record) - (status?.startedUs ?? endUs(record))),
      success,
      ...(success ? {} : { error: status?.why ?? camelCase(status?.outcome ?? 'failed') }),
    }
  })
}
