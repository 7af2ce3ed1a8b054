/** Sentences with a few words that stand out: bold on a terminal, <strong> on the page. */

export type Part = string | { readonly strong: string }
export type Text = readonly Part[]

export const strong = (words: string): Part => ({ strong: words })

export function plain(text: Text): string {
  return text.map(part => (typeof part === 'string' ? part : part.strong)).join('')
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}
