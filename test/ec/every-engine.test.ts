/** That tests of engines are about all of them: where CI runs, none may be missing. */
import { describe, expect, it } from 'vitest'
import { engineNames } from '../../src/ec/codec.js'
import { enginesHere } from './engines.js'

describe('the engines of this machine', () => {
  it('are all there in CI, and the portable one everywhere', async () => {
    const names = (await enginesHere()).map(engine => engine.name)
    const expected = process.env.CI === undefined ? names : engineNames
    expect(names).toEqual(expected)
    expect(names).toContain('portable')
  })
})
