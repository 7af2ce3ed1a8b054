import { expect, it } from 'vitest'
import { replyTo } from '../../../src/live/mayastor-volumes/refusal.js'

const refused = (status: number) => ({
  ...({ kind: 'refused', reason: '', message: 'no', retryAfterUs: null } as const),
  status,
})

it.each([
  [403, 'invalid'],
  [404, 'not-found'],
  [409, 'conflict'],
  [422, 'invalid'],
  [429, 'busy'],
])('%i is %s', (status, refusal) => {
  expect(replyTo(refused(status))).toMatchObject({ kind: 'refused', refusal })
})

it('leaves open what may have been done all the same', () => {
  for (const status of [500, 503, 504]) expect(replyTo(refused(status)).kind).toBe('unknown')
  expect(replyTo({ kind: 'failed', reached: true, why: 'late' }).kind).toBe('unknown')
  expect(replyTo({ kind: 'failed', reached: false, why: 'nobody' })).toMatchObject({
    refusal: 'busy',
  })
})
