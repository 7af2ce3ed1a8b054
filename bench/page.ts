/**
 * docs/benchmarks.md is written by the benchmarks: each one owns the part between its two marks and
 * replaces it when it has run, so that no figure is typed by hand.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'

const benchmarks = 'docs/benchmarks.md'

const opening = `# Benchmarks

Every figure here was written by the program that measured it; run it to replace them. Rates are
per second of CPU time. Compare figures within a table: another machine has others, and so has this
one on another day.
`

/** Of docs/benchmarks.md, or of the page that is named. */
export function writePart(name: string, lines: readonly string[], page = benchmarks): void {
  const begin = `<!-- ${name}: begin -->`
  const end = `<!-- ${name}: end -->`
  const part = [begin, ...lines, end].join('\n')
  const before = existsSync(page) ? readFileSync(page, 'utf8') : opening
  const from = before.indexOf(begin)
  const to = before.indexOf(end)
  const after =
    from < 0 || to < 0
      ? `${before}\n${part}\n`
      : `${before.slice(0, from)}${part}${before.slice(to + end.length)}`
  writeFileSync(page, after)
}

/** Where and with what a figure was measured. */
export function provenance(): string {
  const processors = os.cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const day = new Date().toISOString().slice(0, 10)
  return `Measured ${day}: Node ${process.versions.node}, ${processors.length} × ${model}.`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)]
}
