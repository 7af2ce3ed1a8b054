import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyName } from '../../src/core/model.js'
import { emptyOperatorRecord, type OperatorRecord } from '../../src/core/record.js'
import { decodeOperator, encodeOperator } from '../../src/live/operator-record.js'

const name = fc.constantFrom('vol-1', 'ec4e66fb-2', 'by hand', 'ü')
const policy = name.map(policyName)
const whole = fc.nat(Number.MAX_SAFE_INTEGER)
const sometimes = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: null })

const operatorRecords: fc.Arbitrary<OperatorRecord> = fc.record({
  version: fc.constantFrom('', '4711'),
  epoch: whole,
  slots: fc.array(fc.record({ migration: name, policy: sometimes(policy) }), { maxLength: 4 }),
  window: sometimes(fc.record({ migration: name, openedUs: whole, epoch: whole })),
  movedBytes: fc.array(fc.record({ policy, day: whole, bytes: whole }), { maxLength: 4 }),
  pause: sometimes(fc.record({ why: fc.string(), sinceUs: whole })),
})

const fixture = readFileSync(new URL('./fixtures/operator-record-1.json', import.meta.url), 'utf8')

const fixed: OperatorRecord = {
  version: '9',
  epoch: 7,
  slots: [
    { migration: 'ec4e66fb-fee5-4f54-8c2c-6c2ee4b2f2b4-3', policy: policyName('tiers') },
    { migration: 'by-hand', policy: null },
  ],
  window: {
    migration: 'ec4e66fb-fee5-4f54-8c2c-6c2ee4b2f2b4-3',
    openedUs: 1_767_594_600_000_000,
    epoch: 7,
  },
  movedBytes: [{ policy: policyName('tiers'), day: 20_458, bytes: 214_748_364_800 }],
  pause: { why: 'the backup runs', sinceUs: 1_767_594_000_000_000 },
}

function written(change: (raw: Record<string, unknown>) => unknown): string {
  return JSON.stringify(change(JSON.parse(fixture)))
}

function whyBroken(text: string): string {
  const decoded = decodeOperator(text, '9')
  return decoded.kind === 'broken' ? decoded.why : 'it is whole'
}

describe('the text of the operator’s record', () => {
  it('loses nothing of any', () => {
    const property = fc.property(operatorRecords, record => {
      const decoded = decodeOperator(encodeOperator(record), record.version)
      expect(decoded).toEqual({ kind: 'record', record })
    })
    fc.assert(property)
  })

  it('of protocol 1 is read, and written, for ever', () => {
    expect(decodeOperator(fixture, '9')).toEqual({ kind: 'record', record: fixed })
    expect(encodeOperator(fixed)).toBe(fixture)
  })

  it.each(Object.keys(JSON.parse(fixture)))('without %s is no record', key => {
    const text = written(({ [key]: _, ...rest }) => rest)
    expect(whyBroken(text)).toMatch(new RegExp(`${key} is missing`))
  })

  it.each([
    ['', 'it is no JSON object'],
    ['{"protocol": 1,', 'it is no JSON object'],
    ['[]', 'it is no JSON object'],
    ['null', 'it is no JSON object'],
    [written(raw => ({ ...raw, protocol: 2 })), 'its protocol is 2, and this operator knows 1'],
    [written(raw => ({ ...raw, protocol: '1' })), 'its protocol is "1", and this operator knows 1'],
    [written(raw => ({ ...raw, epoch: -1 })), 'record.epoch: epoch is -1'],
    [written(raw => ({ ...raw, epoch: 0.5 })), 'record.epoch: epoch is 0.5'],
    [written(raw => ({ ...raw, slots: null })), 'record.slots: slots is missing'],
    [written(raw => ({ ...raw, slots: [{ migration: '' }] })), 'record.slots[0].migration'],
    [written(raw => ({ ...raw, window: {} })), 'record.window.openedUs'],
    [written(raw => ({ ...raw, movedBytes: [{ policy: 'p', day: 1 }] })), 'movedBytes[0].bytes'],
    [written(raw => ({ ...raw, pause: true })), 'record.pause'],
    [written(raw => ({ ...raw, brakes: [] })), 'record.brakes: unknown field brakes'],
  ])('%j is no record, and says why', (text, why) => {
    expect(whyBroken(text)).toContain(why)
  })

  it('is never taken for another: whatever is changed in it is seen or refused', () => {
    const property = fc.property(
      fc.nat(fixture.length - 1),
      fc.constantFrom('', ' ', '0', '9', '"', '{', 'x'),
      (at, put) => {
        const text = `${fixture.slice(0, at)}${put}${fixture.slice(at + 1)}`
        const decoded = decodeOperator(text, '')
        if (decoded.kind === 'broken') return
        expect(decoded.record).not.toEqual(emptyOperatorRecord)
        expect(JSON.parse(encodeOperator(decoded.record))).toEqual(JSON.parse(text))
      },
    )
    fc.assert(property, { numRuns: 2_000 })
  })
})
