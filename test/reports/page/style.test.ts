/** The style sheet: colors that everybody can read, in the light, in the dark and on paper. */
import { describe, expect, test } from 'vitest'
import { style } from '../../../reports/page/style.js'

/** WCAG 2.2, relative luminance of #rgb or #rrggbb. */
function luminance(color: string): number {
  const long = color.length === 4 ? color.replace(/[0-9a-f]/g, digit => digit + digit) : color
  const [red, green, blue] = [1, 3, 5].map(at => {
    const part = Number.parseInt(long.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** The three sets of colors in the order of the sheet. */
const sets = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, rules]) =>
  Object.fromEntries(
    [...rules.matchAll(/--([\w-]+):(#[0-9a-f]+)/g)].map(([, name, to]) => [name, to]),
  ),
)

describe.each([
  ['light', sets[0]],
  ['dark', sets[1]],
  ['print', sets[2]],
])('%s', (_, colors) => {
  test('text is at least 4.5 times as bright or dark as what it stands on', () => {
    for (const ground of ['page', 'card', 'code']) {
      for (const ink of ['ink', 'soft', 'cold', 'good', 'bad']) {
        expect(contrast(colors[ink], colors[ground]), `${ink} on ${ground}`).toBeGreaterThan(4.5)
      }
    }
  })

  test('marks of charts stand out from the page by 3 times', () => {
    for (const mark of ['hot', 'warm', 'cold', 'other']) {
      expect(contrast(colors[mark], colors.page), mark).toBeGreaterThan(3)
    }
  })
})

test('nothing is fetched', () => {
  expect(style).not.toMatch(/url\(|@import/)
})
