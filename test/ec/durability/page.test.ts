/** The page on durability says what the models say. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { durabilityOf } from '../../../src/ec/durability/durability.js'
import { withTables } from '../../../src/ec/durability/page.js'
import { reedSolomon } from './codes.js'

const path = 'docs/durability.md'
const page = readFileSync(path, 'utf8')

describe(path, () => {
  test('is as `npm run docs` writes it', () => {
    expect(withTables(page)).toBe(page)
  })

  test('states the inputs of its tables', () => {
    const { lossProbabilityPerYear } = durabilityOf(reedSolomon(4, 2), {
      pools: 60,
      poolCapacityBytes: 20e12,
      usedBytes: 14e12,
      annualFailureRate: 0.0157,
      repairBytesPerSecond: 50e6,
      detectionUs: 900_000_000,
    })
    expect(page).toContain(`| 4+2 | 1.50 | 2 | ${lossProbabilityPerYear.toExponential(1)} |`)
    for (const input of ['60 pools', '20 TB', '14 TB', '1.57 %', '50 MB/s', '15 minutes']) {
      expect(page).toContain(input)
    }
  })

  test('has the marks of every table', () => {
    expect(() => withTables(page.replaceAll('codes: written', ''))).toThrow('the table codes')
    const emptied = page.replace(/(-- codes: written.*\n\n)[\s\S]*?(\n\n<!-- end of codes)/, '$1$2')
    expect(emptied.length).toBeLessThan(page.length - 500)
    expect(withTables(emptied)).toBe(page)
  })
})
