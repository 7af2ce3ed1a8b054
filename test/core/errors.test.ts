/** Operating errors and defects. */
import { describe, expect, it } from 'vitest'
import { assert, Defect, Refused } from '../../src/core/errors.js'

describe('errors', () => {
  it('that are refused carry all that is wrong', () => {
    const one = { code: 'USAGE', message: 'one', where: {}, hint: 'a' } as const
    const refused = new Refused([one, { ...one, message: 'two' }])
    expect(refused.message).toBe('one; two')
    expect(refused.name).toBe('Refused')
    expect(refused.errors.map(error => error.message)).toEqual(['one', 'two'])
  })

  it('of a programmer stop the program', () => {
    expect(() => assert(false, 'no such pool')).toThrow(new Defect('no such pool'))
    expect(new Defect('x').name).toBe('Defect')
    expect(assert(true, 'fine')).toBeUndefined()
  })
})
