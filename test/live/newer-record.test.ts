import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMigration } from '../../src/core/read-migration.js'
import type { MigrationRecord } from '../../src/core/record.js'
import { writeMigration } from '../../src/core/write-migration.js'
import type { KubernetesObject } from '../../src/kubernetes/api.js'
import { keptMigration } from '../../src/live/migration-object.js'
import { asFarAsKnown, isNewer, withUndone } from '../../src/live/newer-record.js'
import { records } from '../core/migration-records.js'

const claimed = records.filter(({ status }) => status !== null)

/** As a newer operator leaves it: with fields and words that nobody here knows. */
function fromLater({ status, ...record }: MigrationRecord): KubernetesObject {
  const { name, version } = record
  const written = status === null ? null : { ...status, protocol: 2 }
  const object = writeMigration({ ...record, status: written })
  const later = { phase: 'Warming', moves: [{ state: 'Warming' }], heat: { iops: 5 } }
  const said = typeof object.status === 'object' ? object.status : {}
  return { ...object, metadata: { name, resourceVersion: version }, status: { ...said, ...later } }
}

describe('a record of a newer protocol', () => {
  it('is known as far as its cordons, and only these are changed', () => {
    const property = fc.property(claimed, record => {
      const object = fromLater(record)
      expect(readMigration(object).ok).toBe(false)
      const kept = keptMigration(object).record
      if (kept === null || kept.status === null) throw new Error('it was not read')
      expect(isNewer(kept)).toBe(true)
      expect(kept.status.cordons).toEqual(record.status?.cordons)
      expect(kept.status.holdsSlot).toBe(record.status?.holdsSlot)
      expect(kept.spec).toEqual(record.spec)
      const undone = { ...kept, status: { ...kept.status, cordons: [], message: 'undone' } }
      expect(withUndone(object, undone)).toEqual({
        ...object,
        status: { ...Object(object.status), cordons: [], message: 'undone' },
      })
    })
    fc.assert(property)
  })

  it('is none where it is of our own, however wrong', () => {
    const property = fc.property(claimed, record => {
      const { status, ...same } = fromLater(record)
      const ours = { ...same, status: { ...Object(status), protocol: 1 } }
      expect(asFarAsKnown(ours)).toBeNull()
      expect(keptMigration(ours).record).toBeNull()
      expect(withUndone(ours, record)).toBeNull()
    })
    fc.assert(property)
    expect(isNewer({ status: null })).toBe(false)
  })
})
