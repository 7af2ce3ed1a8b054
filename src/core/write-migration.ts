/**
 * The record of a migration as a VolumeMigration object. Nothing of the record is lost: reading the
 * object gives it again (read-migration.ts). What is null is left out.
 */
import { codeName } from './code.js'
import type { Coding } from './coded-form.js'
import type { Conversion } from './conversion-state.js'
import { formatDuration } from './duration.js'
import { formatInstant } from './instant.js'
import { group } from './manifest.js'
import type {
  CordonRecord,
  LastCommand,
  MigrationRecord,
  MigrationSpec,
  MigrationStatus,
  MoveRecord,
} from './record.js'
import { camelCase } from './resources/status-kinds.js'
import { volumeMigration } from './resources/volume-migration.js'

type Written = Readonly<Record<string, unknown>>

export function writeMigration(record: MigrationRecord): Written {
  const { name, spec, status } = record
  return {
    apiVersion: `${group}/${volumeMigration.version}`,
    kind: volumeMigration.kind,
    metadata: { name },
    spec: writeSpec(spec),
    ...(status === null ? {} : { status: writeStatus(status) }),
  }
}

function writeSpec(spec: MigrationSpec): Written {
  const { holdForUs, policy, ...same } = spec
  return said({ ...same, holdFor: formatDuration(holdForUs), policyRef: policy })
}

function writeStatus(status: MigrationStatus): Written {
  const {
    phase,
    outcome,
    moves,
    conversion,
    cordons,
    lastCommand,
    startedUs,
    finishedUs,
    ...same
  } = status
  return said({
    ...same,
    phase: camelCase(phase),
    outcome: outcome === null ? null : camelCase(outcome),
    moves: moves.map(writeMove),
    conversion: conversion === null ? null : writeConversion(conversion),
    cordons: cordons.map(writeCordon),
    lastCommand: lastCommand === null ? null : writeCommand(lastCommand),
    started: formatInstant(startedUs),
    finished: instantOf(finishedUs),
  })
}

function writeMove(move: MoveRecord): Written {
  const { state, progressedUs, syncedSinceUs, startedUs, finishedUs, expectedDurationUs, ...same } =
    move
  return said({
    ...same,
    state: camelCase(state),
    progressed: formatInstant(progressedUs),
    syncedSince: instantOf(syncedSinceUs),
    started: formatInstant(startedUs),
    finished: instantOf(finishedUs),
    expectedDuration: formatDuration(expectedDurationUs),
  })
}

function writeConversion({ plan, step, progressedUs, ...same }: Conversion): Written {
  return said({
    ...same,
    kind: camelCase(plan.kind),
    coding: plan.kind === 'code' ? writeCoding(plan.coding) : null,
    pools: plan.pools,
    step: camelCase(step),
    progressed: formatInstant(progressedUs),
  })
}

function writeCoding(coding: Coding): Written {
  return { ...coding, code: codeName(coding.code) }
}

function writeCordon(cordon: CordonRecord): Written {
  return said({ ...cordon, kind: camelCase(cordon.kind) })
}

function writeCommand({ atUs, refusal, ...same }: LastCommand): Written {
  return said({ ...same, at: formatInstant(atUs), refusal: refusal && camelCase(refusal) })
}

function instantOf(atUs: number | null): string | null {
  return atUs === null ? null : formatInstant(atUs)
}

/** A server drops what is null. */
function said(fields: Written): Written {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  )
}
