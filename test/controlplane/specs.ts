/**
 * Specs of both policies at random, from the table itself: each field with values that its kind
 * takes, values at the edges of what it takes, and values of other kinds.
 */
import fc from 'fast-check'
import type { FieldTable } from '../../src/core/field.js'
import { journalFields } from '../../src/core/resources.js'

type Values = fc.Arbitrary<unknown>

const anyKind = fc.constantFrom<unknown>(null, true, '', 'x', 0, -1, 1.5, [], {}, ['x'], { x: 1 })

const whole: Values = fc.oneof(
  fc.integer({ min: -1, max: 102 }),
  fc.integer({ min: 90, max: 6000 }),
  fc.constantFrom(2 ** 53 - 1, 2 ** 53, 1e21, '5'),
)

const durationPart = fc
  .tuple(fc.nat(999), fc.constantFrom('us', 'ms', 's', 'm', 'h', 'd', '', 'M', 'w', 'ns'))
  .map(([count, unit]) => `${count}${unit}`)

const durationText: Values = fc.oneof(
  fc.constantFrom('0s', '0h0m', '00s', '1h30m', '1.5h', '-1h', ' 1h', '1h ', '1h\n', '90', 's'),
  fc
    .array(durationPart, { minLength: 1, maxLength: 3 })
    .map(parts => parts.join(''))
    // Of more than 2^53 microseconds the two differ: one of the exceptions.
    .filter(text => !/[0-9]{6}/.test(text)),
)

const units = [
  '',
  'B',
  'KiB',
  'MiB',
  'GiB',
  'PiB',
  'Ki',
  'Mi',
  'kB',
  'MB',
  'KB',
  'mib',
  ' MiB',
  'E',
]

const bytesText: Values = fc
  .tuple(
    fc.oneof(fc.nat(100), fc.nat(70_000), fc.bigInt({ min: 0n, max: 10n ** 30n })),
    fc.constantFrom('', '.5', '.0625', '.000000001', '.0000000001', '.', '.x'),
    fc.constantFrom(...units),
  )
  .map(parts => parts.join(''))

const bytes: Values = fc.oneof(
  bytesText,
  fc.constantFrom(0, -1, 65_535, 65_536, 67_108_864, 67_108_865, 1.5, 2 ** 53, 2 ** 62),
  fc.constantFrom(
    '64KiB',
    '65535',
    '65535.9',
    '65.535kB',
    '64MiB',
    '64.1MiB',
    '67108864.9',
    '67108865',
  ),
)

const text: Values = fc.constantFrom('', 'mayastor', 'two words', 'ü', '\u0000', 5, ['x'])

const expression: Values = fc.record(
  {
    key: fc.constantFrom<unknown>('app', '', 5, null),
    operator: fc.constantFrom<unknown>('In', 'NotIn', 'Exists', 'DoesNotExist', 'in', null),
    values: fc.constantFrom<unknown>([], ['a'], ['a', 'a'], [5], 'a', null),
    value: fc.constant('a'),
  },
  { requiredKeys: ['key', 'operator'] },
)

/** Mostly what is taken: a wrong part anywhere makes the whole wrong. */
const selector: Values = fc
  .record(
    {
      matchLabels: fc.constantFrom<unknown>(
        {},
        { tier: 'hot' },
        { tier: '' },
        { tier: 5 },
        [],
        null,
      ),
      matchExpressions: fc.oneof(
        fc.array(
          fc.constantFrom<unknown>(
            { key: 'app', operator: 'Exists' },
            { key: 'app', operator: 'In', values: ['a', 'b'] },
          ),
          { maxLength: 2 },
        ),
        fc.array(expression, { maxLength: 1 }),
        fc.constant(null),
      ),
      matchlabels: fc.constant({}),
    },
    { requiredKeys: [] },
  )
  .filter(one => !('matchlabels' in one) || one.matchLabels === undefined)

const clock = fc.constantFrom<unknown>(
  ...['00:00', '06:30', '23:59', '24:00', '24:01', '6:30', '12:60', '19:00', '29:00', ' 06:30'],
  630,
  null,
)

const hours: Values = fc.record(
  {
    days: fc.constantFrom<unknown>(
      [],
      ['Mon'],
      ['Sat', 'Sun'],
      ['Mon', 'Mon'],
      ['mon'],
      'Mon',
      null,
    ),
    from: clock,
    to: clock,
    utcOffset: fc.constantFrom<unknown>(
      '+00:00',
      '-14:00',
      '+14:01',
      '+13:59',
      '+02:60',
      '2',
      null,
    ),
  },
  { requiredKeys: [] },
)

const byKind: Readonly<Record<string, Values>> = {
  integer: whole,
  duration: durationText,
  bytes,
  boolean: fc.constantFrom<unknown>(true, false, 'true', 0),
  string: text,
  'label selector': selector,
  'list of active hours': fc.array(hours, { maxLength: 2 }),
}

function valuesOf(kind: string): Values {
  const words = kind.includes(' | ') ? kind.split(' | ') : null
  const own = words === null ? byKind[kind] : fc.constantFrom(...words, words[0].toLowerCase())
  if (own === undefined) throw new Error(`no values of the kind ${kind}`)
  return fc.oneof({ weight: 12, arbitrary: own }, { weight: 1, arbitrary: anyKind })
}

/** A few fields of the table, so that many specs are right. */
export function specsOf(table: FieldTable, most: number): fc.Arbitrary<Record<string, unknown>> {
  const rows = Object.entries(table).map(([name, row]) =>
    row.kind.name === 'object'
      ? fc.tuple(fc.constant(name), journals())
      : named(name, row.kind.name),
  )
  const field = fc.oneof(...rows, { weight: 1, arbitrary: named('Unknown', 'string') })
  return fc
    .uniqueArray(field, { maxLength: most, selector: ([name]) => name })
    .map(Object.fromEntries)
}

function journals(): Values {
  const own = specsOf(journalFields, 2)
  return fc.oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: anyKind })
}

function named(name: string, kind: string): fc.Arbitrary<readonly [string, unknown]> {
  return fc.tuple(fc.constant(name), valuesOf(kind))
}
