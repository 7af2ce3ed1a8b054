/** All the laws at once: the table, and a move that breaks none. */
import { expect, it } from 'vitest'
import { laws } from '../../src/core/laws.js'
import { readyToRemove } from './histories.js'

it('has all sixteen laws, in order', () => {
  expect(laws.map(law => law.number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
})

it('finds nothing wrong with a move as it should be', () => {
  const tale = readyToRemove().replica('replica-removed', 'vol-r0', 'hot-0', 2)
  tale.cordon('cordon-cleared', 'node node-0 couchestor-vol-1')
  expect(tale.broken).toEqual([])
  expect([1, 2, 3, 5, 6, 7, 13, 16].filter(law => tale.stakes(law) === 0)).toEqual([])
})

it('counts nothing for laws about coded volumes while there are none', () => {
  const tale = readyToRemove()
  expect(tale.stakes(11) + tale.stakes(15)).toBe(0)
})
