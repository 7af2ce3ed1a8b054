/** What of a volume or of its past holds its wish back. What concerns several is in admit.ts. */
import type { VolumeMemory } from './decide-memory.js'
import type { PolicyView, VolumeView } from './landscape.js'
import type { Tier, Volume } from './model.js'
import { isCoded } from './qualify.js'
import type { ReasonCode } from './reasons.js'
import type { StoragePolicySpec } from './resources.js'
import { type Blocked, blockedBy } from './verdict.js'
import { isSteered } from './versions.js'
import type { WishContext } from './wish-context.js'

/** Failures after which a volume waits for a change, and no longer for time. */
const failuresUntilBlocked = 5
const secondUs = 1_000_000

/** What of the volume or of its past holds the wish back, or null. */
export function heldBack(context: WishContext, to: Tier, reason: ReasonCode): Blocked | null {
  const { volume } = context.view
  if (volume.claim?.hold === true) return blockedBy('held', to)
  if (context.scene.preservationMode && context.past.preserved) {
    return blockedBy('preservation-mode', to)
  }
  const past = byPast(context, to, reason)
  if (past !== null) return past
  const busy = busyWith(volume)
  if (busy !== null) return blockedBy('volume-busy', to, [busy])
  if (volume.snapshots > 0 && context.policy.policy.spec.snapshots === 'Skip') {
    return blockedBy('snapshots', to, [], { snapshots: volume.snapshots })
  }
  // A conversion names its pools itself: there is nothing to steer.
  return reason === 'code-cold' || isCoded(context.view) ? null : cannotSteer(context, to)
}

/** Why Mayastor would refuse a command for the volume now, or null. */
function busyWith(volume: Volume): string | null {
  if (volume.operation !== null) return volume.operation
  if (volume.specStatus !== 'created') return volume.specStatus
  return volume.status === 'online' ? null : `it is ${volume.status}`
}

function byPast(context: WishContext, to: Tier, reason: ReasonCode): Blocked | null {
  const { past } = context
  const { nowUs } = context.scene
  const { cooldownPeriodUs } = context.policy.policy.spec
  const pinned = reason === 'pinned-elsewhere'
  if (!pinned && past.heldUntilUs !== null && nowUs < past.heldUntilUs) {
    return blockedBy('held-by-request', to, [], {
      remainingS: seconds(past.heldUntilUs - nowUs),
    })
  }
  const exempt = pinned || reason === 'drift-return'
  const sinceUs = past.lastCompletedUs === null ? null : nowUs - past.lastCompletedUs
  if (!exempt && sinceUs !== null && sinceUs < cooldownPeriodUs) {
    return blockedBy('cooldown', to, [], {
      sinceS: seconds(sinceUs),
      cooldownS: seconds(cooldownPeriodUs),
      remainingS: seconds(cooldownPeriodUs - sinceUs),
    })
  }
  return past.lastFailedUs === null ? null : byFailures(context, to, past.lastFailedUs)
}

/** Five alike block until something changes; what changed then is tried at once. */
function byFailures(context: WishContext, to: Tier, lastFailedUs: number): Blocked | null {
  const { past } = context
  const { nowUs } = context.scene
  const { failures } = past
  if (past.failuresAlike >= failuresUntilBlocked) {
    if (past.failedWith !== fingerprint(context.view, context.policy, to)) return null
    return blockedBy('repeated-failure', to, [], { failures: past.failuresAlike })
  }
  const untilUs = lastFailedUs + backOffUs(context.policy.policy.spec.cooldownPeriodUs, failures)
  if (nowUs >= untilUs) return null
  return blockedBy('back-off', to, [], { failures, remainingS: seconds(untilUs - nowUs) })
}

/** A 24th of the cooldown, doubled with every further failure, up to the cooldown itself. */
export function backOffUs(cooldownUs: number, failures: number): number {
  let waitUs = Math.floor(cooldownUs / 24)
  for (let failure = 1; failure < failures; failure++) waitUs *= 2
  return Math.min(waitUs, cooldownUs)
}

/** A volume goes down only after it was wanted down for the cooling period. */
export function stillCooling(context: WishContext, to: Tier): Blocked | null {
  const { memory } = context
  const { nowUs } = context.scene
  const coolingUs = context.policy.policy.spec.coolingPeriodUs
  const belowUs = nowUs - (wantedSinceUs(memory, to) ?? nowUs)
  if (belowUs >= coolingUs) return null
  return blockedBy('cooling', to, [], {
    belowS: seconds(belowUs),
    coolingS: seconds(coolingUs),
    remainingS: seconds(coolingUs - belowUs),
  })
}

/** When a volume that cools will have been wanted down for long enough. */
export function coolingEndsUs(
  memory: VolumeMemory,
  to: Tier | null,
  spec: StoragePolicySpec,
): number {
  return (wantedSinceUs(memory, to) ?? Number.NEGATIVE_INFINITY) + spec.coolingPeriodUs
}

/** Since when it has been wanted on that tier or below; null: it is not. */
function wantedSinceUs(memory: VolumeMemory, to: Tier | null): number | null {
  return to === 'cold' ? memory.coldSinceUs : memory.downSinceUs
}

function cannotSteer(context: WishContext, to: Tier): Blocked | null {
  const { version, versionText } = context.scene
  if (version.kind === 'too-old' || version.kind === 'unreadable') {
    return blockedBy('cannot-steer', to, [versionText])
  }
  const { row } = version
  // Where nothing is removed, the placement tells whether a copy needs to be steered.
  if (!isSteered(row) && !context.scene.preservationMode) {
    return blockedBy('cannot-steer', to, [versionText])
  }
  const { affinityGroup, replicaCount } = context.view.volume
  if (affinityGroup === null || replicaCount !== 1 || row.affinityGroupToOne) return null
  return blockedBy('affinity-group', to, [affinityGroup])
}

/** What a migration rests on: when one of these changes, a block by failures is lifted. */
export function fingerprint(view: VolumeView, policy: PolicyView, to: Tier): string {
  const pools = policy.poolsOfTier[to].map(pool => pool.id).join(',')
  const replicas = view.volume.replicas.map(replica => replica.id).join(',')
  return `${policy.policy.name}/${policy.policy.generation}/${pools}/${replicas}`
}

function seconds(durationUs: number): number {
  return Math.floor(durationUs / secondUs)
}
