/** What docs/policies.md shows: each manifest is whole, and each table is what the core decides. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { survey } from '../../src/core/landscape.js'
import { tiers } from '../../src/core/model.js'
import { parseManifest } from '../../src/core/parse-manifest.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { tierings } from '../../src/core/tiering/algorithms.js'

interface Example {
  readonly title: string
  readonly policy: PolicyObject
  /** On, IOPS, goes to, why: as they stand there. */
  readonly rows: readonly string[]
}

const page = readFileSync('docs/policies.md', 'utf8')
const examples = page
  .split(/^## /m)
  .filter(section => section.includes('```yaml'))
  .map(exampleOf)

function exampleOf(section: string): Example {
  const yaml = /^```yaml\n(.*?)^```$/ms.exec(section)?.[1] ?? ''
  const [policy, ...others] = parseAllDocuments(yaml).flatMap(document => policyOf(document.toJS()))
  if (policy === undefined || others.length > 0) throw new Error(`not one policy: ${yaml}`)
  const rows = section.split('\n').filter(line => /^\| (hot|warm|cold) /.test(line))
  return { title: section.split('\n')[0], policy, rows }
}

function policyOf(raw: unknown): readonly PolicyObject[] {
  const parsed = parseManifest(raw)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value.kind === 'StoragePolicy' ? [parsed.value.policy] : []
}

/** The same row, with what the core says in its last two columns. */
function decided(policy: PolicyObject, row: string): string {
  const [, on, iops] = row.split('|').map(cell => cell.trim())
  const from = tiers.find(tier => tier === on)
  if (from === undefined) throw new Error(`${on} is no tier`)
  const empty = { pools: [], nodes: [], volumes: [], waitingClaims: [] }
  const { marks } = survey(empty, [policy], null).views[0]
  const { to, reason } = tierings[policy.spec.algorithm].wish(from, Number(iops), marks)
  return `| ${from} | ${iops} | ${to} | \`${reason}\` |`
}

describe('docs/policies.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(4)
    for (const { title, rows } of examples) expect(rows.length, title).toBeGreaterThan(1)
  })

  it.each(examples)('$title', ({ policy, rows }) => {
    expect(rows).toEqual(rows.map(row => decided(policy, row)))
  })
})
