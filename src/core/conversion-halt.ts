/** What ends a conversion before its time, and where the way back begins then. */

import { isWhole } from './coded-form.js'
import type { Conversion, ConversionStep } from './conversion-state.js'
import { conversionSteps } from './conversion-steps.js'
import type { MigrationView } from './intent.js'
import type { Volume } from './model.js'
import { weakens } from './node-tolerance.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord, MigrationStatus } from './record.js'
import type { PolicyObject } from './resources.js'

/** Images of a source that is written again and again, before the conversion is given up. */
const mostPasses = 5
/** Tries of a command that is refused, or has no effect. */
const mostTries = 6

/** A conversion that runs, with what is known of its volume now. */
export interface ConversionScene {
  readonly record: MigrationRecord
  readonly status: MigrationStatus
  readonly conversion: Conversion
  readonly volume: Volume
  readonly view: MigrationView
}

/** A person's word, or the policy's, or what somebody changed below it. */
export function wordAgainst(scene: ConversionScene): ReasonCode | null {
  const { record, conversion, volume, view } = scene
  if (record.deleting) return 'cancelled-by-person'
  if (isChanged(scene)) return 'changed-by-others'
  const { policy } = view
  if (policy?.spec.allowWeakerNodeTolerance === false && isWeaker(scene)) return 'coding-weakens'
  if (record.spec.requestedBy === 'person') return null
  if (policy === null || !stands(policy)) return 'policy-stopped'
  if (conversion.plan.kind === 'restore') return null
  if (policy.spec.ecPolicyRef === null) return 'no-longer-wanted'
  if (view.preservationMode) return 'source-preserved'
  return volume.snapshots > 0 && policy.spec.snapshots === 'Skip' ? 'snapshots' : null
}

/** It comes to no end by itself: a source that never rests, a step without progress. */
export function endlessBy(scene: ConversionScene): ReasonCode | null {
  const { conversion, volume } = scene
  if (conversion.plan.kind === 'code' && conversion.pass > mostPasses) return 'still-written'
  if (!isStuck(scene)) return null
  return volume.target === null ? 'unpublished' : 'no-progress'
}

/** The places were chosen for the replicas that it was meant to have; coded it has none. */
function isChanged({ status, volume }: ConversionScene): boolean {
  return volume.coded?.serves !== true && volume.replicaCount !== status.intendedReplicas
}

/** A repair meanwhile left its shards on fewer nodes than its replicas can make up for. */
function isWeaker({ conversion, volume, view }: ConversionScene): boolean {
  if (conversion.plan.kind !== 'code' || volume.coded?.serves === true) return false
  return weakens(volume, view.landscape.pools)
}

function stands({ spec, problems }: PolicyObject): boolean {
  return spec.enabled && !spec.dryRun && problems.length === 0
}

/** A step that nobody tried, as while the operator is paused, is not stuck. */
function isStuck(scene: ConversionScene): boolean {
  const { status, conversion, volume, view } = scene
  const { attempts, lastCommand } = status
  if (attempts >= mostTries) return true
  const { coded } = volume
  if (coded !== null && conversionSteps[conversion.step].done(coded) > conversion.stripes) {
    return false
  }
  if (attempts === 0 && !waitsForShards(scene)) return false
  const sinceUs = Math.max(conversion.progressedUs, lastCommand?.atUs ?? 0)
  return view.nowUs - sinceUs > view.timeoutUs
}

/** The coder would refuse to serve it: a pool is away, and its shards are being made again. */
export function waitsForShards({ conversion, volume }: ConversionScene): boolean {
  const { coded } = volume
  return conversion.step === 'serving-coded' && coded !== null && !isWhole(coded)
}

/** The first step of the way back from here; null: forward is the safe way. */
export function wayBack({ conversion, volume, view }: ConversionScene): ConversionStep | null {
  const serves = volume.coded?.serves === true
  switch (conversion.step) {
    case 'imaging':
    case 'encoding':
    case 'reading-back':
    case 'serving-coded':
      return serves ? null : 'dropping-coded'
    case 'making-replicas':
    case 'restoring':
      return serves && !areLastCopy(volume) ? 'dropping-replicas' : null
    case 'serving-replicas':
      // They are synced, and preservation mode removes none that is.
      if (view.preservationMode) return null
      return serves && !areLastCopy(volume) ? 'dropping-replicas' : null
    case 'releasing':
    case 'dropping-coded':
    case 'dropping-replicas':
      return null
  }
}

/**
 * On the way back: the step that leads forward again; null: back is the safe way still. A command
 * that took effect late may have handed the requests over, and stripes may be lost meanwhile.
 */
export function wayForward({ conversion, volume }: ConversionScene): ConversionStep | null {
  const { coded } = volume
  if (conversion.undoes === null || coded === null) return null
  if (conversion.step === 'dropping-coded') return coded.serves ? 'releasing' : null
  if (!coded.serves) return 'dropping-coded'
  return areLastCopy(volume) ? 'restoring' : null
}

/** New replicas may hold what the stripes do not give any more. */
export function areLastCopy({ coded, replicas }: Volume): boolean {
  return coded !== null && coded.lostStripes > 0 && replicas.length > 0
}
