/** Label selectors as manifests write them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelSelector } from '../../src/core/label-selector.js'

function problemsOf(raw: unknown): readonly string[] {
  const parsed = labelSelector.parse(raw, 'at')
  return parsed.ok ? [] : parsed.problems.map(one => `${one.path}: ${one.hint}`)
}

describe('a label selector', () => {
  it('is read as it is written', () => {
    const raw = {
      matchLabels: { 'storage-tier': 'hot', zone: '' },
      matchExpressions: [
        { key: 'media-type', operator: 'In', values: ['nvme', 'sas-ssd'] },
        { key: 'zone', operator: 'NotIn', values: ['a'] },
        { key: 'rack', operator: 'Exists', values: [] },
        { key: 'retired', operator: 'DoesNotExist', values: null },
      ],
    }
    const [first, second, third, fourth] = raw.matchExpressions
    const matchExpressions = [first, second, third, { ...fourth, values: [] }]
    const parsed = labelSelector.parse(raw, 'at')
    expect(parsed).toEqual({ ok: true, value: { ...raw, matchExpressions } })
  })

  it('that is empty, or whose parts are null, is empty', () => {
    const empty = { ok: true, value: { matchLabels: {}, matchExpressions: [] } }
    expect(labelSelector.parse({}, 'at')).toEqual(empty)
    expect(labelSelector.parse({ matchLabels: null, matchExpressions: null }, 'at')).toEqual(empty)
  })

  it('keeps a label that is named like what every object has', () => {
    const raw = JSON.parse('{"matchLabels": {"__proto__": "a", "constructor": "b"}}')
    const parsed = labelSelector.parse(raw, 'at')
    expect(parsed.ok && Object.entries(parsed.value.matchLabels)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('tells everything that is wrong with it at once', () => {
    const problems = problemsOf({
      matchLabel: {},
      matchLabels: { tier: 1, rack: true, zone: 'a' },
      matchExpressions: [
        'tier',
        { key: '', operator: 'in', values: 'hot', value: [] },
        { key: 'a', operator: 'In' },
        { key: 'b', operator: 'Exists', values: ['x'] },
        { key: 3, operator: 'NotIn', values: [1] },
        { key: 'c', operator: 'DoesNotExist', values: ['x'] },
        { key: 'd', operator: 'NotIn', values: [] },
      ],
    })
    expect(problems).toEqual([
      'at.matchLabel: did you mean matchLabels?',
      'at.matchLabels.tier: give a text in quotes',
      'at.matchLabels.rack: give a text in quotes',
      'at.matchExpressions[0]: give {key, operator, values}',
      'at.matchExpressions[1].value: did you mean values?',
      'at.matchExpressions[1].key: give a label key',
      'at.matchExpressions[1].operator: give one of In, NotIn, Exists, DoesNotExist',
      'at.matchExpressions[1].values: give a list of texts',
      'at.matchExpressions[2].values: In takes values',
      'at.matchExpressions[3].values: Exists takes no values',
      'at.matchExpressions[4].key: give a label key',
      'at.matchExpressions[4].values: give a list of texts',
      'at.matchExpressions[5].values: DoesNotExist takes no values',
      'at.matchExpressions[6].values: NotIn takes values',
    ])
  })

  it.each([
    ['hot', 'at: give {matchLabels: {key: value}}'],
    [['hot'], 'at: give {matchLabels: {key: value}}'],
    [null, 'at: give {matchLabels: {key: value}}'],
    [{ matchLabels: 'hot' }, 'at.matchLabels: give {key: value}'],
    [{ matchExpressions: {} }, 'at.matchExpressions: give a list'],
  ])('is not %j', (raw, problem) => {
    expect(problemsOf(raw)).toEqual([problem])
  })

  it('is read or refused whatever it is, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), raw => {
        const parsed = labelSelector.parse(raw, 'at')
        expect(parsed.ok || parsed.problems.length > 0).toBe(true)
      }),
    )
  })
})
