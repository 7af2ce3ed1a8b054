/**
 * Names come from traces and clusters: what would steer a terminal, or turn text around, is shown
 * as a code.
 */

/** Control characters, line breaks, directional marks, and halves of surrogate pairs. */
const steering = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

export function printable(text: string): string {
  return text.replace(steering, character => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
}
