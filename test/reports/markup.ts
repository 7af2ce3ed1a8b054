/**
 * A strict reader of the page's markup: every tag is known, closed in order, and every attribute
 * is quoted.
 */

const withoutEnd = new Set(['meta', 'wbr', 'path', 'circle', '!doctype'])

export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

/** Throws at the first thing that is not as this program writes it. */
export function parseMarkup(markup: string): Element {
  const root: Element = { tag: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const token = /<(\/?)([!a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)|(<)/gy
  while (token.lastIndex < markup.length) {
    const at = token.lastIndex
    const match = token.exec(markup)
    if (match === null || match[6] !== undefined) {
      throw new Error(`stray markup at ${at}: ${markup.slice(at, at + 60)}`)
    }
    const [, end, tag, attributes, self, text] = match
    const top = open[open.length - 1]
    if (text !== undefined) top.text += text
    else if (end === '/') {
      if (top.tag !== tag) throw new Error(`</${tag}> closes <${top.tag}> at ${at}`)
      open.pop()
    } else {
      const element: Element = { tag, attributes: attributesOf(attributes), children: [], text: '' }
      top.children.push(element)
      if (!withoutEnd.has(tag) && self !== '/') open.push(element)
    }
  }
  if (open.length > 1) throw new Error(`<${open[open.length - 1].tag}> is never closed`)
  return root
}

export function elements(root: Element, tag?: string): readonly Element[] {
  const below = root.children.flatMap(child => elements(child, tag))
  return tag === undefined || root.tag === tag ? [root, ...below] : below
}

/** All text below an element, as a reader gets it. */
export function textOf(element: Element): string {
  return decoded(element.text + element.children.map(textOf).join(' '))
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)]
  return Object.fromEntries(found.map(([, name, value]) => [name, decoded(value ?? '')]))
}

function decoded(text: string): string {
  const codes: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  }
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, code => codes[code] ?? code)
}
