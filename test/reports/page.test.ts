/** The page of any run: well formed, harmless, complete, and readable by everybody. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportPage } from '../../reports/page.js'
import { anyInput, hostileNames } from './any-run.js'
import { reportInput, usual } from './fixture.js'
import { type Element, elements, parseMarkup, textOf } from './markup.js'

/** Words of JavaScript that mean a figure was missing or broken. */
const broken = /\b(?:NaN|undefined|Infinity|null|\[object)\b/

describe('any run', { timeout: 60_000 }, () => {
  test('gives a page that is well formed, says no broken figure and runs nothing', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const page = parseMarkup(reportPage(input))
        const all = elements(page)
        expect(textOf(page)).not.toMatch(broken)
        expect(all.some(one => one.tag === 'script' || one.tag === 'img')).toBe(false)
        for (const { attributes } of all) {
          expect(Object.keys(attributes).filter(name => name.startsWith('on'))).toEqual([])
          for (const value of Object.values(attributes)) expect(value).not.toMatch(broken)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('gives the same bytes again, whatever the wall clock was', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const later = { ...input.document, wallSeconds: 99, requestsPerSecond: 1 }
        expect(reportPage({ ...input, document: later })).toBe(reportPage(input))
      }),
      { numRuns: 20 },
    )
  })
})

describe('the page of any run', { timeout: 60_000 }, () => {
  test('every table has headers with their scope, every row begins with one', () => {
    fc.assert(
      fc.property(anyInput, input => expectHeaders(parseMarkup(reportPage(input)))),
      { numRuns: 25 },
    )
  })

  test('every drawing has a title and a description that its label names', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const page = parseMarkup(reportPage(input))
        for (const drawing of elements(page, 'svg')) {
          const [title, description] = drawing.children
          expect(drawing.attributes.role).toBe('img')
          expect(drawing.attributes['aria-labelledby']).toBe(
            `${title.attributes.id} ${description.attributes.id}`,
          )
          expect(title.tag).toBe('title')
          expect(description.tag).toBe('desc')
        }
      }),
      { numRuns: 25 },
    )
  })

  test('no id stands twice, and every link of the page goes somewhere', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const all = elements(parseMarkup(reportPage(input)))
        const ids = all.flatMap(({ attributes }) => attributes.id ?? [])
        expect(new Set(ids).size).toBe(ids.length)
        for (const { attributes } of all) {
          const { href } = attributes
          if (href !== undefined) expect(ids).toContain(href.replace(/^#/, ''))
        }
      }),
      { numRuns: 25 },
    )
  })
})

function expectHeaders(page: Element): void {
  for (const table of elements(page, 'table')) {
    const [head] = elements(table, 'thead')
    for (const cell of elements(head, 'tr')[0].children) expect(cell.attributes.scope).toBe('col')
    for (const row of elements(elements(table, 'tbody')[0], 'tr')) {
      expect(row.children[0].attributes.scope).toBe('row')
      expect(row.children.length).toBe(elements(head, 'th').length)
    }
  }
}

describe('hostile names', () => {
  test.each(hostileNames.map(name => [name]))('%j is shown and does nothing', name => {
    const input = reportInput({ ...usual, volumes: 6, instants: 30, name: own => `${name}${own}` })
    const page = reportPage(input)
    expect(page).not.toContain('<script>alert')
    expect(page).not.toMatch(/(?!\n)\p{Cc}|[\u202e\u2066]|\p{Surrogate}/u)
    expect(elements(parseMarkup(page), 'details').length).toBe(6)
  })
})

describe('the page of a usual run', () => {
  const input = reportInput()
  const markup = reportPage(input)
  const page = parseMarkup(markup)

  test('asks nothing of a network', () => {
    expect(markup).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:|\/\/)/i)
    expect(markup).toContain("default-src 'none'")
  })

  test('has landmarks, one heading of the first rank and a language', () => {
    expect(elements(page, 'html')[0].attributes.lang).toBe('en')
    for (const tag of ['header', 'main', 'nav', 'footer', 'h1']) {
      expect(elements(page, tag).length).toBe(1)
    }
  })

  test('has every chart that the run has data for', () => {
    const ids = elements(page, 'figure').map(figure => figure.attributes.id)
    expect(ids).toEqual([
      'heat',
      'shares',
      'space',
      'load',
      'delay',
      'latency',
      'money',
      'trade-off',
    ])
  })

  test('opens each of its volumes on the marks of its policy', () => {
    const rows = elements(page, 'details')
    expect(rows.length).toBe(60)
    expect(textOf(rows[0])).toContain('high 5,000')
    expect(textOf(rows[0])).toContain('warm 2,000')
    expect(textOf(rows[0])).toContain('low 500')
  })

  test('a chart’s places are numbers inside its drawing', () => {
    for (const drawing of elements(page, 'svg')) {
      const [, , width, height] = drawing.attributes.viewBox.split(' ').map(Number)
      for (const text of elements(drawing, 'text')) {
        const { x, y } = text.attributes
        expect(Number(x)).toBeGreaterThanOrEqual(0)
        expect(Number(x)).toBeLessThanOrEqual(width)
        expect(Number(y)).toBeGreaterThan(0)
        expect(Number(y)).toBeLessThanOrEqual(height)
      }
    }
  })
})

test('a thousand volumes at 400 instants stay below 8 MB; the rest is named', {
  timeout: 60_000,
}, () => {
  const input = reportInput({ ...usual, volumes: 1000, instants: 400 })
  const markup = reportPage(input)
  expect(markup.length).toBeLessThan(8_000_000)
  const page = parseMarkup(markup)
  const drawn = elements(page, 'details')
  expect(drawn.length).toBe(201)
  expect(textOf(drawn[200])).toContain('800 other volumes')
  expect(elements(drawn[200], 'li').length).toBe(800)
})
