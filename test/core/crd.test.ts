/** The definitions of the custom resources: what people and older API servers rely on. */
import { describe, expect, it } from 'vitest'
import { instant } from '../../sim/scenario/kinds.js'
import { definition, definitions } from '../../src/core/crd.js'
import { customResources } from '../../src/core/custom-resources.js'
import type { FieldTable } from '../../src/core/field.js'
import type { MigrationSpec, MigrationStatus, MoveRecord } from '../../src/core/record.js'
import { stripeGroup } from '../../src/core/resources/stripe-group.js'
import type { volumeMigrationFields } from '../../src/core/resources/volume-migration.js'
import type {
  moveFields,
  volumeMigrationStatusFields,
} from '../../src/core/resources/volume-migration-status.js'
import { type Rule, type Schema, schemaOf, tableSchema } from '../../src/core/schema.js'

interface Place {
  readonly path: string
  readonly schema: Schema
}

function placesBelow(schema: Schema, path: string): readonly Place[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, one]) => [`${path}.${name}`, one]),
    ...(schema.items === undefined ? [] : [[`${path}[]`, schema.items]]),
    ...(schema.additionalProperties === undefined
      ? []
      : [[`${path}.*`, schema.additionalProperties]]),
  ] as const
  return [{ path, schema }, ...inner.flatMap(([at, one]) => placesBelow(one as Schema, String(at)))]
}

const places = customResources.flatMap(({ kind, spec, status }) => [
  ...placesBelow(tableSchema(spec), `${kind}.spec`),
  ...placesBelow(tableSchema(status), `${kind}.status`),
])

const rules: readonly Rule[] = [
  ...customResources.flatMap(resource => resource.rules),
  ...places.flatMap(({ schema }) => schema['x-kubernetes-validations'] ?? []),
]

/** Functions of CEL that came after 1.28, or with it (kubernetes.md, section 3.2). */
const newerFunctions =
  /\b(format|join|quantity|isQuantity|sets|ip|cidr|isIP|isCIDR|optional|orValue|optionalOldSelf)\b/

describe('the definitions of the custom resources', () => {
  it('are four, named as manifests in circulation name them', () => {
    expect(
      customResources.map(({ kind, version, plural, shortNames }) =>
        [kind, version, plural, ...shortNames].join(' '),
      ),
    ).toEqual([
      'StoragePolicy v1 storagepolicies sp spolicy',
      'ErasureCodingPolicy v1 erasurecodingpolicies ecp',
      'ECStripe v1 ecstripes ecs',
      'VolumeMigration v1alpha1 volumemigrations vmig',
    ])
    expect(Object.keys(definitions())).toEqual(
      customResources.map(({ plural }) => `crds/${plural}.yaml`),
    )
  })

  it('show the columns of the contract', () => {
    const shown = customResources.map(({ columns }) => columns.map(column => column.name).join())
    expect(shown.slice(0, 2)).toEqual([
      'High IOPS,Low IOPS,Phase,Watched,Migrations,Age',
      'Data Shards,Parity Shards,Stripe Size,Algorithm,Phase,Age',
    ])
  })

  it('belong to the cluster, have a status of its own, and one category', () => {
    for (const resource of customResources) {
      expect(definition(resource)).toMatchObject({
        metadata: { name: `${resource.plural}.storage.billyronks.io` },
        spec: {
          scope: 'Cluster',
          names: { categories: ['couchestor'], singular: resource.kind.toLowerCase() },
          versions: [{ served: true, storage: true, subresources: { status: {} } }],
        },
      })
    }
  })

  it('have a help text for each field', () => {
    const fields = places.filter(({ path }) => /\.\w+$/.test(path) && path.split('.').length > 2)
    expect(fields.length).toBeGreaterThan(150)
    const silent = fields.filter(({ schema }) => !/^[A-Z].*\.$/.test(schema.description ?? ''))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  it('have lists that are replaced whole, but for conditions and sets', () => {
    const others = places.flatMap(({ path, schema }) => {
      const type = schema['x-kubernetes-list-type']
      return schema.type === 'array' && type !== 'atomic' ? [`${path} ${type}`] : []
    })
    expect(others).toEqual([
      'StoragePolicy.spec.activeHours[].days set',
      'StoragePolicy.status.conditions map',
      'ErasureCodingPolicy.status.conditions map',
      'VolumeMigration.status.conditions map',
    ])
  })

  it('have rules that Kubernetes 1.28 knows, and sentences that say what to do', () => {
    expect(rules.length).toBeGreaterThan(15)
    for (const { rule, message } of rules) {
      expect(rule).not.toMatch(newerFunctions)
      expect(message).toMatch(/\b(choose|give|list|leave|delete|create|set)\b/)
    }
  })

  it('let nothing of a stripe change', () => {
    expect(stripeGroup.rules.map(({ rule }) => rule)).toEqual(['self == oldSelf'])
  })

  it('have a place for all that the record of a migration holds', () => {
    const spec: Covers<MigrationSpec, typeof volumeMigrationFields> = true
    const status: Covers<MigrationStatus, typeof volumeMigrationStatusFields> = true
    const move: Covers<MoveRecord, typeof moveFields> = true
    expect([spec, status, move]).toEqual([true, true, true])
  })

  it('have no place for a kind that only scenarios have', () => {
    expect(() => schemaOf(instant)).toThrow(`${instant.name} is a kind that no CRD has`)
  })
})

/** True where each property of a value is one that the table parses into. */
type Covers<Value, Table extends FieldTable> =
  Exclude<keyof Value, Table[keyof Table]['property']> extends never ? true : false
