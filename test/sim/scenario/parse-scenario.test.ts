/** Every field of a scenario: what it may be, and that what it may not be is told with its path. */
import { describe, expect, test } from 'vitest'
import { helpOf } from '../../../sim/scenario/help.js'
import { parseScenario } from '../../../sim/scenario/parse-scenario.js'
import { starterDocument } from '../../../sim/scenario/starter.js'
import type { Problem } from '../../../src/core/field.js'
import { everyPath, pathText, pool, problemsOf, whole, withValue } from './whole.js'

/** A value that no field may have. */
const wrong = [{ not: ['this'] }]

/** Maps of names that are the reader's own: any name is known there. */
const ownNames = ['labels', 'poolInclusion', 'figures']
const paths = everyPath(whole).filter(path => !ownNames.includes(String(path[path.length - 2])))

describe('a scenario', () => {
  test('with every field there is parses', () => {
    expect(problemsOf(whole)).toEqual([])
    expect(problemsOf(starterDocument)).toEqual([])
  })

  test.each(paths.map(path => ({ name: pathText(path), path })))(
    'a wrong value at $name is told with its path',
    ({ name, path }) => {
      // A list is no wrong kind for a list: its item is.
      const problems = problemsOf(withValue(whole, path, wrong))
      const told = problems.filter(problem => problem.path.startsWith(name))
      expect({ name, told: told.length > 0, problems }).toMatchObject({ told: true })
    },
  )

  test.each(paths.map(path => ({ name: pathText(path), path })))(
    'a field misspelt beside $name is told, with a guess where it is near',
    ({ path }) => {
      const misspelt = [...path.slice(0, -1), `${path[path.length - 1]}x`]
      const known = withValue(whole, path, undefined)
      const parent = path.slice(0, -1)
      const text = pathText(misspelt)
      const problems = problemsOf(withValue(known, misspelt, 1))
      const told = problems.find(problem => problem.path === text)
      expect({ parent, text, told }).toMatchObject({ told: { hint: expect.any(String) } })
    },
  )

  test.each(paths.filter(path => !path.some(part => part === 'policies')))(
    'the help knows %s',
    (...path) => {
      const names = path.flat().filter(part => typeof part === 'string')
      const isTierOrFault = /^(hot|warm|cold)$/.test(names[names.length - 1])
      if (!isTierOrFault && names[0] !== 'faults') expect(helpOf(names)).not.toBeNull()
      expect(helpOf([...names, 'nothing'])).toBeNull()
    },
  )

  test('all problems come at once', () => {
    const document = withValue(withValue(whole, ['seed'], -1), ['until'], 'soon')
    expect(problemsOf(document).map(one => one.path)).toEqual(['.seed', '.until'])
  })
})

describe('what a table alone cannot see', () => {
  const inCluster = (key: string, value: unknown): unknown =>
    withValue(whole, ['cluster', key], value)

  test.each([
    { document: inCluster('pools', []), path: '.cluster.pools', says: /no pool/ },
    { document: inCluster('volumes', []), path: '.cluster.volumes', says: /no volume/ },
    { document: withValue(whole, ['workload'], []), path: '.workload', says: /no workload/ },
    { document: withValue(whole, ['until'], '0s'), path: '.until', says: /until is 0s/ },
    { document: inCluster('pools', [pool, pool]), path: '.cluster.pools', says: /called hot-0/ },
    {
      document: withValue(whole, ['cluster', 'pools', 0, 'device'], 'tape'),
      path: '.cluster.pools[0].device',
      says: /no device tape/,
    },
    {
      document: withValue(whole, ['cluster', 'pools', 0, 'figures'], { chanels: 3 }),
      path: '.cluster.pools[0].figures',
      says: /no figure chanels/,
    },
    {
      document: withValue(whole, ['cluster', 'pools', 0, 'figures'], { channels: 1.5 }),
      path: '.cluster.pools[0].figures.channels',
      says: /channels is 1.5/,
    },
    {
      document: withValue(whole, ['workload', 0, 'spread', 'over'], 'dat'),
      path: '.workload[0].spread.over',
      says: /no group dat/,
    },
    { document: withValue(whole, ['workload', 0], {}), path: '.workload[0]', says: /a trace or/ },
    {
      document: withValue(whole, ['workload', 1, 'synthetic', 'shares'], []),
      path: '.workload[1].synthetic.shares',
      says: /no share/,
    },
    { document: withValue(whole, ['watch'], ['db-9']), path: '.watch[0]', says: /no volume db-9/ },
    {
      document: withValue(whole, ['faults'], [{ at: '1h' }]),
      path: '.faults[0]',
      says: /not said what fails/,
    },
    {
      document: withValue(whole, ['faults'], [{ at: '1h', node: 'node-0', how: 'melted' }]),
      path: '.faults[0].how',
      says: /how is melted/,
    },
    {
      document: withValue(whole, ['faults'], [{ at: '1h', pool: 'hot-7', how: 'offline' }]),
      path: '.faults[0].pool',
      says: /no pool hot-7/,
    },
    {
      document: withValue(whole, ['prices', 'perGiB'], { cold: 1 }),
      path: '.prices.perGiB.hot',
      says: /the hot tier has pools and no price/,
    },
    {
      document: withValue(whole, ['policies'], [{ kind: 'StoragePolicy' }]),
      path: '.policies[0]',
      says: /./,
    },
  ])('$path $says', ({ document, path, says }) => {
    const told = problemsOf(document).filter(one => one.path.startsWith(path))
    expect(told.map(one => one.message)).toContainEqual(expect.stringMatching(says))
  })

  test.each([1e-300, 0, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY])(
    'no rate of %d, with which a run never ends',
    rate => {
      expect(problemsOf(withValue(whole, ['workload', 1, 'rate'], rate))).toHaveLength(1)
    },
  )
})

test.each([
  ['loop', 'roundInterval'],
  ['loop', 'scrapeInterval'],
  ['loop', 'syncPollInterval'],
  ['workload', 1, 'synthetic', 'interval'],
])('%s %s %s %s is a second or more: below it a run has no end', (...path) => {
  const of = (text: string): readonly Problem[] => problemsOf(withValue(whole, path, text))
  expect(of('0s')).toMatchObject([{ hint: 'give 1s or more' }])
  expect(of('999ms')).toHaveLength(1)
  expect(of('1s')).toEqual([])
})

describe('counts', () => {
  test('expand pools over nodes, and volumes of one group', () => {
    const parsed = parseScenario(whole, 'fallback')
    if (!parsed.ok) throw new Error('the whole scenario parses')
    const { pools, volumes, name } = parsed.value
    expect(name).toBe('whole')
    expect(pools.map(one => `${one.id}@${one.node}`)).toEqual([
      'hot-0@node-0',
      'hot-1@node-1',
      'hot-2@node-2',
      'cold-pool@node-9',
    ])
    expect(volumes.map(one => `${one.name} of ${one.group}`)).toEqual([
      'db-0 of data',
      'db-1 of data',
    ])
  })

  test('a scenario without a name has that of its file', () => {
    const parsed = parseScenario({ ...whole, name: undefined }, 'fallback')
    expect(parsed).toMatchObject({ value: { name: 'fallback' } })
  })
})
