/** The report on a terminal: the verdict, what to change, the tables, and where to look next. */
import { advice } from './advice.js'
import { codesTable } from './codes-table.js'
import { printable } from './printable.js'
import type { ReportInput } from './run.js'
import { runsTable } from './runs-table.js'
import { type Statement, topicTitles } from './statement.js'
import type { Column, Table } from './table.js'
import { tables } from './tables.js'
import type { Text } from './text.js'
import { verdict } from './verdict.js'

export interface TerminalOptions {
  readonly color: boolean
  readonly columns: number
  /** Where the run was written; null when it was not. */
  readonly out: string | null
}

/** Rows of a table on a terminal; the page has more. */
const mostRows = 5
/** Runs that a sweep may have and still be shown whole. */
const mostRuns = 24
const labelWidth = 16
/** Between two columns, and what a column keeps when it gives way. */
const gap = 2
const leastColumn = 6

export function terminalReport(input: ReportInput, options: TerminalOptions): string {
  const width = Math.max(40, Math.min(options.columns, 110))
  const style = styles(options.color)
  const lines: string[] = []
  if (input.description !== '') lines.push(...wrapped([input.description], width, '', style), '')
  for (const statement of verdict(input)) lines.push(...said(statement, width, style))
  const found = advice(input)
  if (found.length > 0) lines.push('', style.bold('What to change'))
  found.forEach((one, index) => {
    lines.push(
      ...wrapped([`${index + 1}. `, { strong: one.title }, `. ${one.why}`], width, '   ', style),
    )
    for (const flag of one.flags) lines.push(`     ${style.code(flag)}`)
  })
  const shown = input.document.runs.length > 1 ? [runsTable(input)] : []
  const codes = [codesTable(input)].filter(table => table.rows.length > 0)
  for (const table of [...shown, ...codes, ...tables(input)])
    lines.push('', ...drawn(table, width, style))
  lines.push('', ...next(input, options.out, style))
  return lines.map(line => line.trimEnd()).join('\n')
}

interface Styles {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly code: (text: string) => string
}

function styles(color: boolean): Styles {
  const with_ = (code: string) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  return {
    bold: with_('1'),
    dim: with_('2'),
    good: with_('32'),
    bad: with_('33'),
    code: with_('36'),
  }
}

/** A mark that is not color alone: + is good news, ! is bad news. */
function said(statement: Statement, width: number, style: Styles): readonly string[] {
  const marks = { good: style.good('+'), bad: style.bad('!'), plain: ' ' }
  const [first, ...rest] = wrapped(statement.text, width - labelWidth - 2, '', style)
  const label = style.dim(topicTitles[statement.topic].padEnd(labelWidth))
  const indent = ' '.repeat(labelWidth + 2)
  return [
    `${marks[statement.mark]} ${label}${first ?? ''}`,
    ...rest.map(line => `${indent}${line}`),
  ]
}

/** Breaks at spaces; strong words keep their style over the break. */
function wrapped(text: Text, width: number, indent: string, style: Styles): readonly string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const { word, isStrong } of wordsOf(text)) {
    const isBlank = word === ' '
    if (!isBlank && used > 0 && used + word.length > width) {
      lines.push(line)
      line = indent
      used = indent.length
    }
    if (isBlank && used === 0) continue
    line += isStrong ? style.bold(word) : word
    used += word.length
  }
  return [...lines, line]
}

function wordsOf(text: Text): readonly { readonly word: string; readonly isStrong: boolean }[] {
  return text.flatMap(part => {
    const isStrong = typeof part !== 'string'
    const own = printable(typeof part === 'string' ? part : part.strong)
    return own.split(/( )/).flatMap(word => (word === '' ? [] : [{ word, isStrong }]))
  })
}

function drawn(table: Table, width: number, style: Styles): readonly string[] {
  const { columns } = table
  const most = table.id === 'runs' || table.id === 'codes' ? mostRuns : mostRows
  const shown = table.rows.slice(0, most).map(row => row.map(printable))
  const cells = (row: readonly string[], isLong: boolean): readonly string[] =>
    row.filter((_, index) => columns[index].isLong === isLong)
  const heads = columns.map(column => column.title)
  // The last columns are left to the page where the terminal is narrow.
  const fitting = Math.floor((width + gap) / (leastColumn + gap))
  const grid = [heads, ...shown].map(row => cells(row, false).slice(0, fitting))
  const kinds = columns.filter(column => !column.isLong).slice(0, fitting)
  const widths = fitted(
    kinds.map((_, index) => grid.reduce((most, row) => Math.max(most, row[index].length), 0)),
    width,
  )
  const [head, ...lines] = grid.map(row => aligned(row, kinds, widths))
  const left = table.left + Math.max(0, table.rows.length - most)
  return [
    style.bold(table.title),
    style.dim(head),
    ...lines.flatMap((line, index) => [
      line,
      ...cells(shown[index], true).flatMap(text => explained(text, width, style)),
    ]),
    ...(left > 0 ? [style.dim(`… and ${left} more`)] : []),
  ]
}

function aligned(
  row: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string {
  const cells = row.map((cell, index) => {
    const text = shortened(cell, widths[index])
    return columns[index].isNumber ? text.padStart(widths[index]) : text.padEnd(widths[index])
  })
  return cells.join('  ')
}

/** A sentence under its row. */
function explained(text: string, width: number, style: Styles): readonly string[] {
  const lines = wrapped([text], width - 2, '', style)
  return lines.map(line => `  ${style.dim(line)}`)
}

/** The widest columns give way until the line fits. */
function fitted(sizes: readonly number[], width: number): readonly number[] {
  const widths = [...sizes]
  const gaps = gap * (widths.length - 1)
  let total = widths.reduce((sum, one) => sum + one, gaps)
  while (total > width) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest] <= leastColumn) break
    widths[widest] -= 1
    total -= 1
  }
  return widths
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

function next(input: ReportInput, out: string | null, style: Styles): readonly string[] {
  const volume = volumeToExplain(input)
  const where = out === null ? '' : ` --in ${quoted(out)}`
  const lines = out === null ? [] : [`Report    ${style.code(quoted(`${out}/report.html`))}`]
  if (volume === null || out === null) return lines
  return [...lines, `Next      ${style.code(`couchestor explain ${quoted(volume)}${where}`)}`]
}

/** The volume that the verdict names, else the one that moved most. */
export function volumeToExplain(input: ReportInput): string | null {
  const [worst] = input.document.runs[0]?.slower ?? []
  if (worst !== undefined) return worst.volume
  const volumes = input.details[0]?.volumes ?? []
  const [most] = [...volumes].sort((a, b) => b.migrations - a.migrations)
  return most?.volume ?? null
}

/** As a shell takes it. */
export function quoted(text: string): string {
  const shown = printable(text)
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`
}
