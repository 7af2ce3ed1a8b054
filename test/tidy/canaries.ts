/** Small texts that break one rule each, and texts that only look as if they did. */
import { importTable } from './imports.js'
import { shortFiles, shortFunctions, shortLines } from './sizes.js'
import type { FileRule } from './source.js'
import { saysWhatItIs } from './texts.js'
import { exactWords, honestTypes, noConsole, nothingSilenced, wholeTests } from './words.js'

export interface Canary {
  readonly rule: FileRule
  readonly path: string
  readonly text: string
}

const lines = (count: number): string => 'b()\n'.repeat(count)
const exact = (text: string): Canary => ({ rule: exactWords, path: 'sim/a.ts', text })
const typed = (text: string): Canary => ({ rule: honestTypes, path: 'reports/a.ts', text })
const tested = (text: string): Canary => ({ rule: wholeTests, path: 'test/a.test.ts', text })
const imported = (path: string, from: string): Canary => ({
  rule: importTable,
  path,
  text: `import { a } from '${from}'`,
})
const silenced = (words: string): Canary => ({
  rule: nothingSilenced,
  path: 'src/core/a.ts',
  text: `// ${words}\nconst a = 1`,
})

export const breaches: readonly Canary[] = [
  imported('src/core/a.ts', '../loop.js'),
  imported('src/core/a.ts', 'yaml'),
  imported('src/core/a.ts', 'node:fs'),
  imported('src/core/a.ts', '../../sim/world.js'),
  imported('src/ports.ts', './loop.js'),
  imported('src/loop/a.ts', '../../sim/clock.js'),
  imported('src/ec/a.ts', '../ports.js'),
  imported('src/kubernetes/a.ts', '../core/model.js'),
  imported('src/live/a.ts', '../../sim/world.js'),
  imported('src/plan/a.ts', '../../reports/page.js'),
  imported('sim/a.ts', '../reports/page.js'),
  imported('sim/a.ts', '../src/live/world.js'),
  imported('sim/a.ts', '../src/cli/version.js'),
  imported('sim/a.ts', 'node:fs'),
  imported('traces/a.ts', '../sim/world.js'),
  imported('reports/a.ts', '../traces/batch.js'),
  imported('elsewhere/a.ts', './b.js'),
  { rule: importTable, path: 'src/core/a.ts', text: "export * from '../loop.js'" },
  { rule: importTable, path: 'src/core/a.ts', text: "export { a } from '../loop.js'" },
  { rule: importTable, path: 'src/core/a.ts', text: "await import('../loop.js')" },
  { rule: importTable, path: 'src/core/a.ts', text: "type A = import('../loop.js').A" },
  { rule: importTable, path: 'src/core/a.ts', text: "import type { A } from '../loop.js'" },
  { rule: importTable, path: 'sim/a.ts', text: "new URL('../reports/a.js', import.meta.url)" },
  { rule: shortFiles, path: 'sim/a.ts', text: lines(301) },
  { rule: shortLines, path: 'sim/a.ts', text: `// ${'a'.repeat(98)}` },
  { rule: shortFunctions, path: 'sim/a.ts', text: `function a() {\n${lines(49)}}` },
  { rule: shortFunctions, path: 'sim/a.ts', text: `const a = () => {\n${lines(49)}}` },
  { rule: shortFunctions, path: 'sim/a.ts', text: `class A { a() {\n${lines(49)}} }` },
  { rule: shortFunctions, path: 'sim/a.ts', text: `const a = { a() {\n${lines(49)}} }` },
  { rule: shortFunctions, path: 'test/a.ts', text: `test('a', () => {\n${lines(49)}})` },
  exact('const a = Date.now()'),
  exact("const a = Date['now']()"),
  exact('const a = new Date(0)'),
  exact('const a = Math.random()'),
  exact('const a = Math.pow(2, 3)'),
  exact('const a = 2 ** 3'),
  exact('const a = Math.exp(1) + Math.log(1)'),
  exact('const a = Math.sin(1) + Math.cos(1)'),
  exact('const a = performance.now()'),
  exact('setTimeout(() => {}, 1)'),
  exact('const a = new Intl.NumberFormat()'),
  exact("const a = 'a'.localeCompare('b')"),
  exact('const a = (1).toLocaleString()'),
  exact('const a = [10, 9].sort()'),
  exact('const a = process.env.A'),
  { rule: exactWords, path: 'src/core/a.ts', text: 'const a = Date.now()' },
  typed('const a: any = 1'),
  typed('const a = (b: Record<string, any>) => b'),
  typed('const a = b!.c'),
  typed('const a = b as unknown as string'),
  silenced(`@ts-${'ignore'}`),
  silenced(`@ts-${'expect-error'} because`),
  silenced(`biome-${'ignore'} lint: because`),
  silenced(`eslint-${'disable'}-next-line`),
  silenced(`Stryker ${'disable'} all`),
  { rule: noConsole, path: 'bench/a.ts', text: "console.log('a')" },
  { rule: noConsole, path: 'bench/a.ts', text: 'const { log } = console' },
  tested("test.skip('a', () => {})"),
  tested("it.only('a', () => {})"),
  tested("describe.todo('a')"),
  tested("test.concurrent.only('a', () => {})"),
  tested("test.each([1]).skip('a', () => {})"),
  tested("vi.mock('./a.js')"),
  { rule: saysWhatItIs, path: 'sim/a.ts', text: 'const a = 1' },
  { rule: saysWhatItIs, path: 'sim/a.ts', text: '#!/usr/bin/env node\nconst a = 1' },
]

export const innocents: readonly Canary[] = [
  imported('src/core/a.ts', './b.js'),
  imported('src/core/laws/a.ts', '../b.js'),
  imported('src/ports.ts', './core/model.js'),
  imported('src/loop/a.ts', '../ports.js'),
  imported('sim/a.ts', '../src/loop.js'),
  imported('sim/a.ts', '../traces/batch.js'),
  imported('sim/a.ts', 'seedrandom'),
  imported('src/cli/a.ts', '../../reports/page.js'),
  imported('test/a.ts', '../src/cli/main.js'),
  { rule: shortFiles, path: 'sim/a.ts', text: lines(300) },
  { rule: shortLines, path: 'sim/a.ts', text: `// ${'ü'.repeat(97)}` },
  { rule: shortFunctions, path: 'sim/a.ts', text: `function a() {\n${lines(48)}}` },
  { rule: shortFunctions, path: 'test/a.ts', text: `describe('a', () => {\n${lines(90)}})` },
  exact("const a = 'Date.now() and 2 ** 3'"),
  exact('// Math.random'),
  exact('const a = [2, 1].sort((b, c) => b - c)'),
  exact('const a = clock.now()'),
  exact('const a = { process: 1, Intl: 2 }'),
  { rule: exactWords, path: 'src/cli/a.ts', text: 'const a = Date.now()' },
  typed('const a = <const T>(b: T) => b'),
  typed('const a = !b && b !== c'),
  { rule: noConsole, path: 'src/a.ts', text: "const a = { console: 'b' }" },
  tested("test('only skip', () => {})"),
  tested("const a = list.only('b')"),
  { rule: saysWhatItIs, path: 'sim/a.ts', text: '/** A. */\nconst a = 1' },
  { rule: saysWhatItIs, path: 'src/a.ts', text: '#!/usr/bin/env node\n/** A. */' },
  { rule: saysWhatItIs, path: 'test/a.test.ts', text: 'const a = 1' },
]
