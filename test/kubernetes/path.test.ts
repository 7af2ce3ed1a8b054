import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf, queryOf } from '../../src/kubernetes/path.js'

const word = fc.string({ minLength: 1, unit: 'grapheme' }).filter(one => !/^\.\.?$/.test(one))

describe('a path', () => {
  it('has all that it is made of, in order, whatever is in it', () => {
    const property = fc.property(word, word, word, fc.option(word), word, (...words) => {
      const [group, version, plural, namespace, name] = words
      const path = pathOf({ group, version, plural, namespace }, name)
      const within = namespace === null ? [] : ['namespaces', namespace]
      const parts = new URL(`https://host${path}`).pathname.split('/').map(decodeURIComponent)
      expect(parts).toEqual(['', 'apis', group, version, ...within, plural, name])
    })
    fc.assert(property)
  })

  it.each([
    ['', 'pods', null, null, null, '/api/v1/pods'],
    ['', 'pods', 'a', 'b', null, '/api/v1/namespaces/a/pods/b'],
    ['apps', 'deployments', 'a', null, null, '/apis/apps/v1/namespaces/a/deployments'],
    ['x.io', 'things', null, 'b', 'status', '/apis/x.io/v1/things/b/status'],
    ['x.io', 'things', null, 'b/c?d=1#e', null, '/apis/x.io/v1/things/b%2Fc%3Fd%3D1%23e'],
  ] as const)('of %s %s in %s is written so', (group, plural, namespace, name, part, path) => {
    expect(pathOf({ group, version: 'v1', plural, namespace }, name, part)).toBe(path)
  })

  it.each(['', '.', '..'])('is of no object with the name "%s"', name => {
    const pods = { group: '', version: 'v1', plural: 'pods', namespace: null }
    expect(() => pathOf(pods, name)).toThrow(/no object has the name/)
    expect(() => pathOf({ ...pods, namespace: name }, 'a')).toThrow(/no object has the name/)
  })
})

describe('a query', () => {
  it('has what is given, as it is given', () => {
    const values = fc.dictionary(word, fc.option(fc.string(), { nil: undefined }))
    const property = fc.property(values, given => {
      const query = new URL(`https://host/${queryOf(given)}`).searchParams
      const known = Object.entries(given).filter(([, value]) => value !== undefined)
      expect([...query]).toEqual(known)
    })
    fc.assert(property)
  })
})
