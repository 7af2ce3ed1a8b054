/** The table of versions. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { versionRow, versionRows } from '../../src/core/versions.js'

describe('the table of versions', () => {
  it.each([
    ['2.7.0', 'known', '2.7'],
    ['v2.8.1', 'known', '2.8'],
    ['2.9', 'known', '2.9'],
    ['2.10.0-rc.1', 'known', '2.10'],
    ['2.10+local', 'known', '2.10'],
    ['2.11.1', 'newer', '2.10'],
    ['3.0.0', 'newer', '2.10'],
    ['10.1', 'newer', '2.10'],
  ])('takes %s for %s: %s', (text, kind, version) => {
    const answer = versionRow(text)
    expect(answer.kind).toBe(kind)
    expect('row' in answer && answer.row.version).toBe(version)
  })

  it.each(['2.6.9', '2.0', '1.9.9', '0.8.1', '1.99'])('finds %s too old', text => {
    expect(versionRow(text)).toEqual({ kind: 'too-old' })
  })

  it.each(['', '2', 'two.ten', '2.x', 'v', '2.10x', 'release-2.10', ' 2.10', '2.10 '])(
    'cannot read %j',
    text => {
      expect(versionRow(text)).toEqual({ kind: 'unreadable' })
    },
  )

  it('never takes an ability away in a newer version', () => {
    const rank = { nothing: 0, nodes: 1, pools: 2 }
    for (let index = 1; index < versionRows.length; index++) {
      const older = versionRows[index - 1]
      const newer = versionRows[index]
      expect(rank[newer.steersDestination]).toBeGreaterThanOrEqual(rank[older.steersDestination])
      for (const ability of [
        'steersVictim',
        'removesMismatchFirst',
        'scalesSnapshotted',
        'tellsHealthy',
        'affinityGroupToOne',
      ] as const) {
        expect(newer[ability] || !older[ability]).toBe(true)
      }
    }
  })

  it('is that of the sources', () => {
    // control-plane #906/#916 (2.8), #968 (2.9), #1002/#1004 and #1037 (2.10).
    expect(versionRows.map(row => row.version)).toEqual(['2.7', '2.8', '2.9', '2.10'])
    expect(versionRows.map(row => row.removesMismatchFirst)).toEqual([false, true, true, true])
    expect(versionRows.map(row => row.steersVictim)).toEqual([false, false, true, true])
    const destinations = versionRows.map(row => row.steersDestination)
    expect(destinations).toEqual(['nothing', 'nothing', 'nodes', 'pools'])
    expect(versionRows.map(row => row.affinityGroupToOne)).toEqual([false, false, false, true])
    expect(versionRows.map(row => row.tellsHealthy)).toEqual([false, false, false, true])
    expect(versionRows.every(row => row.scalesSnapshotted)).toBe(true)
  })

  it('answers any text', () => {
    fc.assert(fc.property(fc.string(), text => versionRow(text).kind !== undefined))
  })
})
