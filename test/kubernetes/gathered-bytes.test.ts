import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatheredBytes } from '../../src/kubernetes/gathered-bytes.js'

describe('gathered bytes', () => {
  it('are those of their parts, each time anew', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 40 }).map(part => Buffer.from(part)))
    const property = fc.property(fc.array(parts), bodies => {
      const gathered = new GatheredBytes()
      const taken: Buffer[] = []
      for (const body of bodies) {
        for (const part of body) gathered.add(part)
        expect(gathered.length).toBe(Buffer.concat(body).length)
        taken.push(gathered.take())
        expect(gathered.length).toBe(0)
      }
      expect(taken).toEqual(bodies.map(body => Buffer.concat(body)))
    })
    fc.assert(property)
  })

  it('keep nothing of the parts themselves', () => {
    const gathered = new GatheredBytes()
    const part = Buffer.from('a')
    gathered.add(part)
    part.write('b')
    expect(gathered.take().toString()).toBe('a')
  })
})
