/** The page on durability says what the models say. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { durabilityOf } from '../../../src/ec/durability/durability.js'
import { withTables } from '../../../src/ec/durability/page.js'
import { expectNear, reedSolomon, replicas } from './codes.js'

const path = 'docs/durability.md'
const page = readFileSync(path, 'utf8')

const fleet = {
  pools: 60,
  poolCapacityBytes: 20e12,
  usedBytes: 14e12,
  largestVolumeBytes: 1e12,
  annualFailureRate: 0.0157,
  repairBytesPerSecond: 50e6,
  detectionUs: 900_000_000,
}

describe(path, () => {
  test('is as `npm run docs` writes it', () => {
    expect(withTables(page)).toBe(page)
  })

  test('states the inputs of its tables', () => {
    const loss = durabilityOf(reedSolomon(4, 2), fleet).lossProbabilityPerYear
    expect(page).toContain(`| 4+2 | 1.50 | 2 | ${loss.toExponential(1)} |`)
    for (const input of ['60 pools', '20 TB', '14 TB', '1 TB', '1.57 %', '50 MB/s', '15 minutes']) {
      expect(page).toContain(input)
    }
  })

  test('says in words what the figures say', () => {
    const [coded, two, three] = [reedSolomon(4, 2), replicas(2), replicas(3)].map(
      code => durabilityOf(code, fleet).lossProbabilityPerYear,
    )
    expect(page).toContain('about 7 times as often')
    expect(coded / three).toBeCloseTo(7, 0)
    expect(page).toContain('5000 times more rarely')
    expectNear(two / coded, 5000, 0.1)
  })

  test('has the marks of every table', () => {
    expect(() => withTables(page.replaceAll('codes: written', ''))).toThrow('the table codes')
    const emptied = page.replace(/(-- codes: written.*\n\n)[\s\S]*?(\n\n<!-- end of codes)/, '$1$2')
    expect(emptied.length).toBeLessThan(page.length - 500)
    expect(withTables(emptied)).toBe(page)
  })
})
