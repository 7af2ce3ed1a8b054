/** Which files are used, and which are tested. */
import { importsOf, targetOf } from './imports.js'
import { isBelow, type SourceFile } from './source.js'

/** Every file that one of these imports, by any number of steps, and themselves. */
export function reachedFrom(
  entries: readonly string[],
  files: ReadonlyMap<string, SourceFile>,
): ReadonlySet<string> {
  const reached = new Set<string>()
  const left = [...entries]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const file = files.get(path)
    if (file === undefined || reached.has(path)) continue
    reached.add(path)
    for (const { specifier } of importsOf(file)) {
      const target = targetOf(file.path, specifier)
      if (target !== null) left.push(target.replace(/^dist\//, ''))
    }
  }
  return reached
}

export function byPath(files: readonly SourceFile[]): ReadonlyMap<string, SourceFile> {
  return new Map(files.map(file => [file.path, file]))
}

/** Source that neither the program, nor a bench, a script or a test uses. */
export function unused(
  files: readonly SourceFile[],
  entries: readonly string[],
): readonly string[] {
  const all = byPath(files)
  const tests = [...all.keys()].filter(path => path.endsWith('.test.ts'))
  const reached = reachedFrom([...entries, ...tests], all)
  return [...all.keys()]
    .filter(path => !reached.has(path))
    .map(path => `${path}:1 nothing uses it: import it, or delete it`)
}

/** Each folder of source with the folder of its tests. */
const mirrors: readonly (readonly [source: string, tests: readonly string[]])[] = [
  ['src/core', ['test/core', 'test/laws']],
  ['src/ec', ['test/ec']],
  ['src/loop', ['test/loop', 'test/laws']],
  ['src/live', ['test/live']],
  ['src/kubernetes', ['test/kubernetes']],
  ['src/cli', ['test/cli', 'test/e2e']],
  ['sim', ['test/sim', 'test/loop']],
  ['traces', ['test/traces']],
  ['reports', ['test/reports']],
]

/** Source that no test of its own part reaches. */
export function untested(files: readonly SourceFile[]): readonly string[] {
  const all = byPath(files)
  return mirrors.flatMap(([source, tests]) => {
    const entries = [...all.keys()].filter(
      path => path.endsWith('.test.ts') && tests.some(folder => isBelow(path, folder)),
    )
    const reached = reachedFrom(entries, all)
    return [...all.keys()]
      .filter(path => isBelow(path, source) && !reached.has(path))
      .map(path => `${path}:1 no test below ${tests.join(', ')} reaches it: write one`)
  })
}
