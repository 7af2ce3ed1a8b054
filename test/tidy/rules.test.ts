/** Each rule of the house finds what breaks it, and nothing else. */
import { describe, expect, test } from 'vitest'
import { breaches, innocents } from './canaries.js'
import { knownCommands, wrongCommands } from './commands.js'
import { brokenLinks } from './links.js'
import { untested, unused } from './reached.js'
import { sourceOf } from './source.js'
import { bannedText, clearNames } from './texts.js'

describe('rules', () => {
  test.each(breaches)('find $text in $path', ({ rule, path, text }) => {
    expect(rule(sourceOf(path, text))).not.toEqual([])
  })

  test.each(innocents)('let pass $text in $path', ({ rule, path, text }) => {
    expect(rule(sourceOf(path, text))).toEqual([])
  })

  test.each([
    `a ${'TO' + 'DO'}: b`,
    `// ${'FIX' + 'ME'}`,
    `// ${'XX' + 'X'}`,
    `good ${'for'} now`,
    `a ${'simpl'}ified model`,
    `it ${'would'} be`,
    `${'in a'} real cluster`,
    `${'place'}holder`,
    `see /${'wo'}rk/notes.md`,
    `'/${'ro'}ot/.npmrc'`,
    `https://registry.${'npm'}js.org/a`,
  ])('no text holds %s', text => {
    expect(bannedText({ path: 'a.md', text: `one\n${text}` })).toEqual([
      expect.stringMatching(/^a\.md:2 /),
    ])
  })

  test.each(['a TODOs list', 'workload: /works/a', 'it will be', 'root: /'])(
    'may hold %s',
    text => {
      expect(bannedText({ path: 'a.md', text })).toEqual([])
    },
  )

  test.each(['src/utils.ts', 'sim/helper.ts', 'a/common.ts', 'a/pool-manager.ts', 'a/helpers.md'])(
    'refuse the name %s',
    path => {
      expect(clearNames(path)).not.toEqual([])
      expect(clearNames('src/core/uncommon.ts')).toEqual([])
    },
  )
})

describe('reach', () => {
  const used = sourceOf('sim/used.ts', 'export const a = 1')
  const lost = sourceOf('sim/lost.ts', 'export const a = 1')
  const main = sourceOf('src/cli/main.ts', "await import('../../sim/used.js')")

  test('a file that nothing imports is found', () => {
    expect(unused([used, lost, main], ['src/cli/main.ts'])).toEqual([
      expect.stringContaining('sim/lost.ts'),
    ])
  })

  test('a file that only another part tests is found', () => {
    const own = sourceOf('test/sim/used.test.ts', "import { a } from '../../sim/used.js'")
    const other = sourceOf('test/traces/a.test.ts', "import { a } from '../../sim/lost.js'")
    expect(untested([used, lost, own, other])).toEqual([expect.stringContaining('sim/lost.ts')])
  })
})

describe('links', () => {
  test.each(['[a](no.md)', 'see [a](../no/b.md#c) and'])('%s leads nowhere', text => {
    expect(brokenLinks({ path: 'docs/a.md', text })).toHaveLength(1)
  })

  test.each(['[a](reasons.md)', '[a](../package.json#x)', '[a](#b)', '[a](https://a.b)', 'a (b)'])(
    '%s leads somewhere',
    text => {
      expect(brokenLinks({ path: 'docs/a.md', text })).toEqual([])
    },
  )
})

describe('documents', () => {
  const known = knownCommands('{"scripts": {"test": "vitest run"}}')
  const wrong = (text: string): readonly string[] => wrongCommands({ path: 'a.md', text }, known)

  test.each([
    '`couchestor fly`',
    '`npm run fly`',
    '```\ncouchestor simulate a.yaml --fly\n```',
    '```\ncouchestor simulate a.yaml \\\n  --fly\n```',
    '```sh\ncat a | couchestor trace inspekt -\n```',
    '`couchestor trace inspect a --fly`',
  ])('find what is not there in %s', text => {
    expect(wrong(text)).not.toEqual([])
  })

  test.each([
    '`couchestor simulate a.yaml --seed 7`',
    '`npm run test`',
    '```\ncouchestor trace inspect a --by volume # --fly\n```',
    '`couchestor trace`',
    'couchestor may fly',
  ])('let pass %s', text => {
    expect(wrong(text)).toEqual([])
  })
})
