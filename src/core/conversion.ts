/**
 * One volume's way to its coded form, or back to replicas, as a state machine over its record. Each
 * step is a command and what shows its effect; until the coded form serves, every step can be taken
 * back, and from then on the way forward is the safe one.
 */
import { isWhole } from './coded-form.js'
import type { Conversion, ConversionStep } from './conversion-state.js'
import { conversionSteps } from './conversion-steps.js'
import { cancelledBy } from './ending.js'
import { finish, type Intent, type MigrationView, wait } from './intent.js'
import type { Volume } from './model.js'
import type { ReasonCode } from './reasons.js'
import type { LastCommand, MigrationRecord, MigrationStatus } from './record.js'

/** Images of a source that is written again and again, before the conversion is given up. */
const mostPasses = 5
/** Tries of a command that is refused. */
const mostTries = 6
/** Progress that is worth a journal write, as a share of all stripes. */
const notedParts = 10

/** A conversion that runs, with what is known of its volume now. */
interface Scene {
  readonly record: MigrationRecord
  readonly status: MigrationStatus
  readonly conversion: Conversion
  readonly volume: Volume
  readonly view: MigrationView
}

export function nextOfConversion(
  record: MigrationRecord,
  status: MigrationStatus,
  conversion: Conversion,
  volume: Volume,
  view: MigrationView,
): Intent {
  const scene: Scene = { record, status, conversion, volume, view }
  const step = conversionSteps[conversion.step]
  if (step.isReached(volume, imageOf(scene))) return reached(scene)
  const halt = conversion.undoes === null ? haltOf(scene) : null
  const back = halt === null ? null : wayBack(scene)
  if (halt !== null && back !== null) return turn(scene, back, halt)
  return afterRefusal(scene) ?? underWay(scene) ?? command(scene)
}

/** The name of the image that the present pass rests on. */
function imageOf({ record, conversion }: Scene): string {
  return `${record.name}-${conversion.pass}`
}

function reached(scene: Scene): Intent {
  const { record, status, conversion, view } = scene
  const { plan, step, undoes } = conversion
  const next = conversionSteps[step].next(plan, undoes !== null)
  if (next === 'end') {
    if (undoes === null) return finish(record, view, 'completed', null)
    return finish(record, view, cancelledBy(undoes) ?? 'rolled-back', undoes)
  }
  // The second word of a person: until then the coded form is a copy.
  if (next === 'serving-coded' && !record.spec.releaseSource) {
    return wait('every stripe was read back; the source is kept until releaseSource is true', false)
  }
  if (next === 'serving-coded' && undoes === null) {
    const changed = changedMind(scene)
    if (changed !== null) return changed
  }
  return write(scene, { ...restarted(conversion, view), step: next }, status.why)
}

/** Before the source is given up, the decision is looked at again. */
function changedMind(scene: Scene): Intent | null {
  const { record, view } = scene
  const { requestedBy, heatIops, toTier } = record.spec
  if (requestedBy === 'person' || heatIops === null) return null
  const wanted = view.wanted()
  if (wanted === null) return wait('which tier it deserves is not known now', false)
  if (wanted === toTier) return null
  return turn(scene, 'dropping-coded', 'no-longer-wanted')
}

/** What ends it before its time: a person, a policy that stopped, a source that never rests. */
function haltOf(scene: Scene): ReasonCode | null {
  const { record, conversion, volume, view } = scene
  if (record.deleting) return 'cancelled-by-person'
  if (record.spec.requestedBy !== 'person' && !policyStands(view)) return 'policy-stopped'
  if (isChanged(scene)) return 'changed-by-others'
  if (conversion.plan.kind === 'code' && conversion.pass > mostPasses) return 'still-written'
  const foreign = volume.snapshots > 0 && view.policy?.spec.snapshots === 'Skip'
  if (foreign && conversion.plan.kind === 'code' && record.spec.requestedBy !== 'person') {
    return 'snapshots'
  }
  return isStuck(scene) ? 'no-progress' : null
}

/** The places were chosen for the replicas that it was meant to have. */
function isChanged({ status, conversion, volume }: Scene): boolean {
  if (conversion.plan.kind !== 'code' || volume.coded?.serves === true) return false
  return volume.replicaCount !== status.intendedReplicas
}

function policyStands({ policy }: MigrationView): boolean {
  return policy?.spec.enabled === true && !policy.spec.dryRun && policy.problems.length === 0
}

function isStuck({ status, conversion, view }: Scene): boolean {
  if (status.attempts >= mostTries) return true
  return view.nowUs - conversion.progressedUs > view.timeoutUs
}

/** The first step of the way back from here; null: forward is the safe way. */
function wayBack({ conversion, volume }: Scene): ConversionStep | null {
  const serves = volume.coded?.serves === true
  switch (conversion.step) {
    case 'imaging':
    case 'encoding':
    case 'reading-back':
      return 'dropping-coded'
    case 'serving-coded':
      // Whether it serves already is not known while its answer is out.
      return serves ? null : 'dropping-coded'
    case 'making-replicas':
    case 'restoring':
      return 'dropping-replicas'
    case 'serving-replicas':
      return serves ? 'dropping-replicas' : null
    case 'releasing':
    case 'dropping-coded':
    case 'dropping-replicas':
      return null
  }
}

/** A command that was refused for a reason that only another step cures. */
function afterRefusal(scene: Scene): Intent | null {
  const { status, conversion, view } = scene
  if (status.lastCommand?.refusal !== 'precondition' || status.attempts === 0) return null
  if (conversion.step !== 'serving-coded') return null
  // It was written since its image: what changed is encoded from another one.
  const again = { ...restarted(conversion, view), step: 'imaging' as const }
  return write(scene, { ...again, pass: conversion.pass + 1 }, null)
}

/** The coder works on the step, or what it needs is away: progress is noted, and waited for. */
function underWay(scene: Scene): Intent | null {
  const { conversion, volume, view } = scene
  const { coded } = volume
  const step = conversionSteps[conversion.step]
  if (conversion.step === 'releasing' && coded !== null && !isWhole(coded)) {
    return wait('the source is kept while a stripe is short of a shard', true)
  }
  if (step.job === null || coded?.job !== step.job) return null
  const stripes = step.done(coded)
  const grown = stripes - conversion.stripes
  const isOld = view.nowUs - conversion.progressedUs > view.timeoutUs / 2
  if (grown > 0 && (grown * notedParts >= coded.stripes || isOld)) {
    return write(scene, { ...conversion, stripes, progressedUs: view.nowUs }, scene.status.why)
  }
  return wait(`${coded.job} of ${coded.stripes} stripes`, true)
}

function command(scene: Scene): Intent {
  const { record, status, conversion, view } = scene
  const sent = conversionSteps[conversion.step].command(record, conversion, imageOf(scene))
  const lastCommand: LastCommand = { text: sent.kind, atUs: view.nowUs }
  const attempts = status.attempts + 1
  const tried = { ...status, lastCommand, attempts, epoch: view.epoch, holdsSlot: true }
  return { kind: 'stripes', record: { ...record, status: tried }, command: sent }
}

function turn(scene: Scene, step: ConversionStep, why: ReasonCode): Intent {
  const { conversion, view } = scene
  return write(scene, { ...restarted(conversion, view), step, undoes: why }, why)
}

function restarted(conversion: Conversion, view: MigrationView): Conversion {
  return { ...conversion, stripes: 0, progressedUs: view.nowUs }
}

/** A changed step begins with no tries; noted progress forgets none. */
function write(scene: Scene, conversion: Conversion, why: string | null): Intent {
  const { record, status } = scene
  const isNewStep =
    conversion.step !== scene.conversion.step || conversion.pass !== scene.conversion.pass
  const phase = conversion.undoes === null ? ('moving' as const) : ('rolling-back' as const)
  const lastCommand = isNewStep ? null : status.lastCommand
  const changed = { phase, conversion, why, lastCommand, attempts: 0 }
  return { kind: 'write', record: { ...record, status: { ...status, ...changed } } }
}
