/**
 * A VolumeMigration object as the record of a migration. What a person leaves out is filled in; of
 * a status that is there, nothing that the operator acts on may be missing.
 */
import { type Code, parseCodeName } from './code.js'
import type { Conversion, ConversionPlan } from './conversion-state.js'
import { bad, given, good, isObject, object, type Parsed, type Problem } from './field.js'
import { readManifest } from './manifest.js'
import type {
  CordonRecord,
  LastCommand,
  MigrationRecord,
  MigrationSpec,
  MigrationStatus,
} from './record.js'
import { volumeMigration, volumeMigrationFields } from './resources/volume-migration.js'
import {
  conversionFields,
  cordonFields,
  lastCommandFields,
  volumeMigrationStatusFields,
} from './resources/volume-migration-status.js'

const specKind = object(volumeMigrationFields)
const statusKind = object(volumeMigrationStatusFields)

type Read<Kind> = Kind extends { parse: (raw: unknown, path: string) => Parsed<infer Value> }
  ? Value
  : never

export function readMigration(raw: unknown): Parsed<MigrationRecord> {
  const manifest = readManifest(raw, volumeMigration.kind, volumeMigration.version)
  const spec = specKind.parse(manifest.spec, 'spec')
  const said = isObject(raw) ? given(raw, 'status') : undefined
  const status = readStatus(said)
  const problems = [...manifest.problems, ...problemsOf(spec), ...problemsOf(status)]
  if (!spec.ok || !status.ok || problems.length > 0) return { ok: false, problems }
  const metadata = isObject(raw) && isObject(raw.metadata) ? raw.metadata : {}
  return good({
    name: manifest.name,
    version: typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : '',
    spec: filled(spec.value),
    status: status.value,
    deleting: typeof metadata.deletionTimestamp === 'string',
  })
}

function filled(spec: Read<typeof specKind>): MigrationSpec {
  return { ...spec, fromTier: spec.fromTier ?? 'outside', sizeBytes: spec.sizeBytes ?? 0 }
}

/** An object that nobody has taken up yet has none, or an empty one. */
function readStatus(raw: unknown): Parsed<MigrationStatus | null> {
  if (raw === undefined || raw === null || (isObject(raw) && Object.keys(raw).length === 0)) {
    return good(null)
  }
  const parsed = statusKind.parse(raw, 'status')
  return parsed.ok ? whole(parsed.value) : parsed
}

function whole(status: Read<typeof statusKind>): Parsed<MigrationStatus> {
  const { step: _, conditions: __, ...read } = status
  const { epoch, phase, intendedReplicas, startedUs } = read
  if (epoch === null || phase === null || intendedReplicas === null || startedUs === null) {
    const hint = 'an operator writes all four: leave the status to it'
    return bad('status', 'incomplete', `epoch, phase, intendedReplicas and started: ${hint}`)
  }
  const conversion = read.conversion === null ? good(null) : readConversion(read.conversion)
  const cordons = (read.cordons ?? []).map(readCordon)
  const problems = [conversion, ...cordons].flatMap(problemsOf)
  if (!conversion.ok || problems.length > 0) return { ok: false, problems }
  return good({
    ...read,
    ...{ epoch, phase, intendedReplicas, startedUs },
    conversion: conversion.value,
    cordons: cordons.flatMap(one => (one.ok ? [one.value] : [])),
    lastCommand: read.lastCommand === null ? null : commandOf(read.lastCommand),
    originalReplicas: read.originalReplicas ?? [],
    addedReplicas: read.addedReplicas ?? [],
    moves: read.moves ?? [],
    attempts: read.attempts ?? 0,
    holdsSlot: read.holdsSlot ?? false,
    message: read.message ?? '',
  })
}

const conversionKind = object(conversionFields)

function readConversion(read: Read<typeof conversionKind>): Parsed<Conversion> {
  const { kind, coding, pools, ...same } = read
  if (kind === 'restore') return good({ ...same, plan: { kind, pools } })
  const code: Code | string = coding === null ? 'coding is missing' : parseCodeName(coding.code)
  if (coding === null || typeof code === 'string') {
    return bad('status.conversion.coding', coding, String(code))
  }
  const plan: ConversionPlan = { kind, coding: { ...coding, code }, pools }
  return good({ ...same, plan })
}

const cordonKind = object(cordonFields)

function readCordon(read: Read<typeof cordonKind>): Parsed<CordonRecord> {
  const { kind, pool, before, ours, node, label } = read
  if (kind === 'pool' && pool !== null && ours !== null) return good({ kind, pool, before, ours })
  if (kind === 'node' && node !== null && label !== null) return good({ kind, node, label })
  return bad('status.cordons', read, 'a pool has pool and ours, a node has node and label')
}

const commandKind = object(lastCommandFields)

function commandOf({ removes, refusal, ...same }: Read<typeof commandKind>): LastCommand {
  return {
    ...same,
    ...(removes === null ? {} : { removes }),
    ...(refusal === null ? {} : { refusal }),
  }
}

function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems
}
