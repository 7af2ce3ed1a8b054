/** The few shapes that charts are drawn with. */
import { type Content, type Html, html } from './html.js'
import { place } from './scale.js'

export interface LabelStyle {
  /** `name` is bold, `note` has the color of text; without it a label is quiet. */
  readonly kind?: 'name' | 'note'
  readonly anchor?: 'start' | 'middle' | 'end'
}

export function label(x: number, y: number, words: string, style: LabelStyle = {}): Html {
  const { kind, anchor = 'start' } = style
  const named = kind === undefined ? null : html` class="${kind}"`
  const held = anchor === 'start' ? null : html` text-anchor="${anchor}"`
  return html`<text${named} x="${place(x)}" y="${place(y)}"${held}>${words}</text>`
}

export function path(kind: string, data: string): Html {
  return html`<path class="${kind}" d="${data}"/>`
}

export function horizontal(kind: string, y: number, from: number, to: number): Html {
  return path(kind, `M${place(from)} ${place(y)}H${place(to)}`)
}

export function vertical(kind: string, x: number, from: number, to: number): Html {
  return path(kind, `M${place(x)} ${place(from)}V${place(to)}`)
}

export function dot(kind: string, x: number, y: number, radius: number): Html {
  return html`<circle class="${kind}" cx="${place(x)}" cy="${place(y)}" r="${radius}"/>`
}

/** Several shapes as one; what is null is left out. */
export function drawn(...shapes: readonly Content[]): Html {
  return html`${shapes}`
}
