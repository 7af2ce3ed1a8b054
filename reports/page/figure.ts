/** A chart with its words: title, a sentence that says what is seen, and the drawing. */
import { type Html, html } from './html.js'

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly marks: Html
}

export interface Figure {
  readonly id: string
  readonly title: string
  /** What the chart shows, in words: read aloud, and read by those in a hurry. */
  readonly sentence: string
  /**
   * The figures themselves, for those who cannot see the drawing; the sentence where it is left
   * out.
   */
  readonly figures?: string
  readonly drawing: Drawing
}

export function figure({ id, title, sentence, figures, drawing }: Figure): Html {
  return html`<figure id="${id}">
<figcaption><h3>${title}</h3><p>${sentence}</p></figcaption>
${svg(id, title, figures ?? sentence, drawing)}
</figure>
`
}

export function svg(id: string, title: string, description: string, drawing: Drawing): Html {
  const { width, height, marks } = drawing
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${marks}</svg>`
}
