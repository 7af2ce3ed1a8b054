/**
 * One volume's way to its coded form, or back to replicas, as a state machine over its record. Each
 * step is a command and what shows its effect; until the coded form serves, every step can be taken
 * back, and from then on the way forward is the safe one.
 */
import { isWhole } from './coded-form.js'
import {
  areLastCopy,
  endlessBy,
  type ConversionScene as Scene,
  waitsForShards,
  wayBack,
  wayForward,
  wordAgainst,
} from './conversion-halt.js'
import type { Conversion, ConversionStep } from './conversion-state.js'
import { conversionSteps } from './conversion-steps.js'
import { cancelledBy } from './ending.js'
import { finish, type Intent, type MigrationView, wait } from './intent.js'
import type { Volume } from './model.js'
import type { ReasonCode } from './reasons.js'
import type { LastCommand, MigrationRecord, MigrationStatus } from './record.js'

/** Progress that is worth a journal write, as a share of all stripes. */
const notedParts = 10
/** Between two tries of a command whose effect did not come. */
const retryUs = 60_000_000
/** A command that was sent before the way turned may take effect so much later. */
const mostLateUs = 60_000_000

export function nextOfConversion(
  record: MigrationRecord,
  status: MigrationStatus,
  conversion: Conversion,
  volume: Volume,
  view: MigrationView,
): Intent {
  const scene: Scene = { record, status, conversion, volume, view }
  const forward = wayForward(scene)
  if (forward !== null) return turn(scene, forward, null)
  if (conversionSteps[conversion.step].isReached(volume, imageOf(scene))) return reached(scene)
  const halt = conversion.undoes === null ? (wordAgainst(scene) ?? endlessBy(scene)) : null
  const back = halt === null ? null : wayBack(scene)
  if (back !== null) return turn(scene, back, halt)
  return afterRefusal(scene) ?? underWay(scene) ?? command(scene)
}

/** The name of the image that the present pass rests on. */
function imageOf({ record, conversion }: Scene): string {
  return `${record.name}-${conversion.pass}`
}

function reached(scene: Scene): Intent {
  const { status, conversion, view } = scene
  const { next } = conversionSteps[conversion.step]
  if (next === 'end') return over(scene)
  if (next === 'serving-coded') {
    const kept = keepsSource(scene)
    if (kept !== null) return kept
  }
  return write(scene, { ...restarted(conversion, view), step: next }, status.why)
}

function over({ record, conversion, view }: Scene): Intent {
  const { undoes, progressedUs } = conversion
  if (undoes === null) return finish(record, view, 'completed', null)
  if (view.nowUs - progressedUs < mostLateUs) {
    return wait('a command that was sent before it turned back may still take effect', false)
  }
  return finish(record, view, cancelledBy(undoes) ?? 'rolled-back', undoes)
}

/** Until the coded form serves it is a copy, and may stay one or go again. */
function keepsSource(scene: Scene): Intent | null {
  const halt = wordAgainst(scene)
  if (halt !== null) return turn(scene, 'dropping-coded', halt)
  // The second word of a person.
  if (!scene.record.spec.releaseSource) {
    return wait('every stripe was read back; the source is kept until releaseSource is true', false)
  }
  return changedMind(scene)
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
  const { status, conversion, volume, view } = scene
  const { coded } = volume
  const missing = whatIsMissing(scene)
  if (missing !== null) return missing
  const step = conversionSteps[conversion.step]
  if (step.job !== null && coded?.job === step.job) {
    const stripes = step.done(coded)
    const grown = stripes - conversion.stripes
    const isOld = view.nowUs - conversion.progressedUs > view.timeoutUs / 2
    if (grown > 0 && (grown * notedParts >= coded.stripes || isOld)) {
      return write(scene, { ...conversion, stripes, progressedUs: view.nowUs }, status.why)
    }
    return wait(`${coded.job} of ${coded.stripes} stripes`, true)
  }
  const { attempts, lastCommand } = status
  const isTooSoon = lastCommand !== null && view.nowUs - lastCommand.atUs < retryUs
  return attempts > 0 && isTooSoon ? wait(`${lastCommand.text} was sent`, true) : null
}

/** What the step cannot do without, where the coder or somebody else brings it back. */
function whatIsMissing(scene: Scene): Intent | null {
  const { conversion, volume, view } = scene
  const { plan, step } = conversion
  const { coded } = volume
  const takesSource = step === 'serving-coded' || step === 'releasing'
  if (takesSource && view.preservationMode && plan.kind === 'code') {
    return wait('preservation mode keeps the source', false)
  }
  if (step === 'releasing' && coded !== null && !isWhole(coded)) {
    return wait('the source is kept while a stripe is short of a shard', false)
  }
  if (waitsForShards(scene)) return wait('a stripe is short of a shard', true)
  if (step === 'restoring' && areLastCopy(volume)) {
    return wait('too few shards of a stripe can be read; the new replicas are kept', false)
  }
  return null
}

function command(scene: Scene): Intent {
  const { record, status, conversion, view } = scene
  const sent = conversionSteps[conversion.step].command(record, conversion, imageOf(scene))
  const lastCommand: LastCommand = { text: sent.kind, atUs: view.nowUs }
  const attempts = status.attempts + 1
  const tried = { ...status, lastCommand, attempts, epoch: view.epoch, holdsSlot: true }
  return { kind: 'stripes', record: { ...record, status: tried }, command: sent }
}

/** Null: forward again. */
function turn(scene: Scene, step: ConversionStep, why: ReasonCode | null): Intent {
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
