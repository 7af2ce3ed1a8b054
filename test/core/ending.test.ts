/** Whether somebody's word ended a migration, or it failed. */
import { expect, it } from 'vitest'
import { cancelledBy } from '../../src/core/ending.js'

it.each([
  'cancelled-by-person',
  'policy-stopped',
  'snapshots',
  'changed-by-others',
  'unpublished',
  'no-longer-wanted',
  'source-preserved',
])('%s cancels', why => {
  expect(cancelledBy(why)).toBe('cancelled')
})

it.each([null, 'no-progress', 'still-written', 'wrong-pool'])('%s does not', why => {
  expect(cancelledBy(why)).toBeNull()
})
