import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inverse, invert, multiply, polynomial, type Row, rank } from '../../src/core/gf256.js'

const element = fc.integer({ min: 0, max: 255 })
const unit = fc.integer({ min: 1, max: 255 })

/** The definition: long multiplication of polynomials, then the remainder. */
function byDefinition(left: number, right: number): number {
  let product = 0
  for (let bit = 0; bit < 8; bit++) if ((right & (1 << bit)) !== 0) product ^= left << bit
  for (let bit = 14; bit >= 8; bit--) {
    if ((product & (1 << bit)) !== 0) product ^= polynomial << (bit - 8)
  }
  return product
}

describe('the field', () => {
  test('multiplies all pairs as the definition does', () => {
    const wrong: string[] = []
    for (let left = 0; left < 256; left++) {
      for (let right = 0; right < 256; right++) {
        if (multiply(left, right) !== byDefinition(left, right)) wrong.push(`${left} × ${right}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('is a field: associative, commutative, distributive, with one', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(multiply(a, multiply(b, c))).toBe(multiply(multiply(a, b), c))
        expect(multiply(a, b)).toBe(multiply(b, a))
        expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c))
        expect(multiply(a, 1)).toBe(a)
      }),
    )
  })

  test('has an inverse of everything but zero', () => {
    for (let value = 1; value < 256; value++) expect(multiply(value, inverse(value))).toBe(1)
  })
})

function matrix(size: number, values: fc.Arbitrary<number>): fc.Arbitrary<Row[]> {
  const row = fc
    .array(values, { minLength: size, maxLength: size })
    .map(numbers => Uint8Array.from(numbers))
  return fc.array(row, { minLength: size, maxLength: size })
}

function product(left: readonly Row[], right: readonly Row[]): number[][] {
  return left.map(row =>
    Array.from(right[0], (_, column) =>
      row.reduce((sum, value, place) => sum ^ multiply(value, right[place][column]), 0),
    ),
  )
}

const squares = fc.integer({ min: 1, max: 8 }).chain(size => matrix(size, element))
// Small values in few rows, so that singular ones and zeroes on the diagonal are common.
const crowded = fc
  .integer({ min: 1, max: 4 })
  .chain(size => matrix(size, fc.integer({ min: 0, max: 2 })))

describe('matrices', () => {
  test('a matrix times its inverse is the identity, from both sides', () => {
    fc.assert(
      fc.property(fc.oneof(squares, crowded), rows => {
        const inverted = invert(rows)
        if (inverted === null) return
        const identity = rows.map((_, place) => rows.map((_, column) => +(place === column)))
        expect(product(rows, inverted)).toEqual(identity)
        expect(product(inverted, rows)).toEqual(identity)
      }),
    )
  })

  test('a matrix has an inverse exactly when its rank is full', () => {
    fc.assert(
      fc.property(fc.oneof(squares, crowded), rows => {
        expect(invert(rows) !== null).toBe(rank(rows, rows.length) === rows.length)
      }),
    )
  })

  test('the rank is that of the brute count: rows add all that is spanned', () => {
    const small = fc.integer({ min: 1, max: 3 }).chain(size => matrix(size, element))
    fc.assert(
      fc.property(small, unit, (rows, factor) => {
        const columns = rows[0].length
        const multiple = rows[0].map(value => multiply(value, factor))
        const sum = rows[0].map((value, column) => value ^ rows[rows.length - 1][column])
        expect(rank([...rows, multiple, sum], columns)).toBe(rank(rows, columns))
      }),
    )
    expect(rank([Uint8Array.of(0, 0)], 2)).toBe(0)
    expect(rank([Uint8Array.of(0, 3), Uint8Array.of(0, 5)], 2)).toBe(1)
    expect(rank([Uint8Array.of(0, 3), Uint8Array.of(7, 5)], 2)).toBe(2)
    expect(rank([Uint8Array.of(1, 0, 9), Uint8Array.of(1, 0, 8)], 2)).toBe(1)
  })

  test('what is given stays as it is', () => {
    const rows = [Uint8Array.of(0, 2), Uint8Array.of(3, 4)]
    invert(rows)
    rank(rows, 2)
    expect(rows).toEqual([Uint8Array.of(0, 2), Uint8Array.of(3, 4)])
  })
})
