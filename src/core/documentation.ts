/**
 * The documents that are generated from the core's tables, so that they never say anything else.
 */
import { type ErrorCode, errorCodes } from './errors.js'
import type { Field, FieldTable } from './field.js'
import { document, section, table } from './markdown.js'
import type { Reason } from './reason.js'
import { reasons } from './reasons.js'
import { resourcesDocument } from './resource-document.js'
import { erasureCodingPolicyFields, journalFields, storagePolicyFields } from './resources.js'

/** Path of each generated document, with its text. */
export function documents(): Readonly<Record<string, string>> {
  return {
    'docs/errors.md': errorsDocument(),
    'docs/policy.md': policyDocument(),
    'docs/reasons.md': reasonsDocument(),
    'docs/resources.md': resourcesDocument(),
  }
}

function reasonsDocument(): string {
  const titles: Readonly<Record<Reason['verdict'], string>> = {
    stay: 'Why a volume stays',
    move: 'Why a volume moves',
    blocked: 'Why a volume is blocked',
    outcome: 'How a migration ended',
  }
  const all: readonly (readonly [string, Reason])[] = Object.entries(reasons)
  const sections = (['stay', 'move', 'blocked', 'outcome'] as const).map(verdict => {
    const rows = all
      .filter(([, reason]) => reason.verdict === verdict)
      .map(([code, reason]) => [`\`${code}\``, reason.says, reason.change || 'Nothing.'])
    return section(titles[verdict], table(['Code', 'Meaning', 'What would change it'], rows))
  })
  const introduction =
    'Every decision carries one of these codes, and so does a migration that ended. ' +
    'What stands in braces is filled in by `explain`, the report and the policy’s status.'
  return document('Reasons', introduction, sections)
}

const statusMeanings: readonly (readonly [number, string])[] = [
  [1, 'Done, and the answer is no.'],
  [2, 'Wrong usage.'],
  [3, 'Bad input: the file, and the line, byte or field, are named.'],
  [4, 'Something that is needed is not there.'],
  [5, 'Infeasible: no plan meets the constraints.'],
  [70, 'A defect of CoucheStor.'],
]

function errorsDocument(): string {
  const codes = Object.keys(errorCodes) as ErrorCode[]
  const sections = statusMeanings.flatMap(([status, meaning]) => {
    const rows = codes
      .filter(code => errorCodes[code].status === status)
      .map(code => [`\`${code}\``, errorCodes[code].meaning])
    return rows.length === 0
      ? []
      : [section(`Exit status ${status}`, `${meaning}\n\n${table(['Code', 'Meaning'], rows)}`)]
  })
  const introduction =
    'An error is one line: `error: WHAT (WHERE): WHAT TO DO [CODE]`. ' +
    'The code never changes its meaning, and decides the exit status.'
  return document('Errors', introduction, sections)
}

function policyDocument(): string {
  const sections = [
    section('StoragePolicy v1', fieldTable(storagePolicyFields, '')),
    section(
      'ErasureCodingPolicy v1',
      fieldTable(
        { ...withoutJournal(erasureCodingPolicyFields), ...prefixed(journalFields) },
        'dataShards',
      ),
    ),
  ]
  const introduction =
    'Every field of both policies. Durations are written with the units s, m, h and d, also ' +
    'together, as `1h30m`; sizes as a number of bytes, or with a unit, as `10GiB`. ' +
    'What coding does to a volume is in [erasure-coding.md](erasure-coding.md).'
  return document('Fields of the policies', introduction, sections)
}

function withoutJournal(fields: typeof erasureCodingPolicyFields): FieldTable {
  const { journalConfig: _, ...others } = fields
  return others
}

function prefixed(fields: FieldTable): FieldTable {
  return Object.fromEntries(
    Object.entries(fields).map(([name, row]) => [`journalConfig.${name}`, row]),
  )
}

function fieldTable(fields: FieldTable, defaultOfShards: string): string {
  const rows = Object.entries(fields).map(([name, row]) => [
    `\`${name}\``,
    row.kind.name,
    name === 'minHealthyShards' ? `\`${defaultOfShards}\`` : fallbackOf(row),
    row.help,
  ])
  return table(['Field', 'Type', 'Default', 'Meaning'], rows)
}

function fallbackOf(row: Field<string, unknown>): string {
  if (row.fallback === undefined) return ''
  const shown = typeof row.fallback === 'object' ? JSON.stringify(row.fallback) : row.fallback
  return `\`${String(shown)}\``
}
