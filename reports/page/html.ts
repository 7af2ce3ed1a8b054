/**
 * HTML that cannot be broken by what is put into it: every text is escaped, only markup made here
 * passes.
 */
import { printable } from '../printable.js'

declare const brand: unique symbol

export interface Html {
  readonly markup: string
  readonly [brand]?: never
}

export type Content = string | number | Html | null | readonly Content[]

export function html(pieces: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let markup = pieces[0]
  contents.forEach((content, index) => {
    markup += rendered(content) + pieces[index + 1]
  })
  return { markup }
}

/** Markup that was written by hand in this program, such as a style sheet. */
export function trusted(markup: string): Html {
  return { markup }
}

const codes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, character => codes[character] ?? '')
}

function rendered(content: Content): string {
  if (content === null) return ''
  if (typeof content === 'string') return escaped(content)
  if (typeof content === 'number') return Number.isFinite(content) ? String(content) : '–'
  return isHtml(content) ? content.markup : content.map(rendered).join('')
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return !Array.isArray(content)
}
