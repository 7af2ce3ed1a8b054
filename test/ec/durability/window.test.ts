/** Windows of a repair, where all terms of the sum can be seen. */
import { expect, test } from 'vitest'
import { windowLoss } from '../../../src/ec/durability/window.js'
import { expectNear } from './codes.js'

test('a window of a year in which half of the shards fail', () => {
  const window = { shards: 2, annualFailureRate: 0.5, days: 365 }
  expect(windowLoss({ ...window, tolerated: 0 })).toEqual({ perWindow: 0.75, perYear: 0.75 })
  expect(windowLoss({ ...window, tolerated: 1 }).perWindow).toBe(0.25)
  expect(windowLoss({ ...window, tolerated: 2 }).perWindow).toBe(0)
})

test('a year of five windows', () => {
  const { perWindow, perYear } = windowLoss({
    shards: 3,
    tolerated: 1,
    annualFailureRate: 1,
    days: 73,
  })
  expectNear(perWindow, 3 * 0.04 * 0.8 + 0.008, 1e-12)
  expectNear(perYear, 1 - (1 - perWindow) ** 5, 1e-12)
})
