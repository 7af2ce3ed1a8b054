/**
 * The field GF(2⁸) over x⁸ + x⁴ + x³ + x² + 1 (0x11d, generator 2), as storage codes use it
 * (Plank 1997; Intel ISA-L). Addition is exclusive or.
 */

export const polynomial = 0x11d

const powers = new Uint8Array(512)
const logarithms = new Uint8Array(256)
fill()

function fill(): void {
  let value = 1
  for (let power = 0; power < 255; power++) {
    powers[power] = value
    powers[power + 255] = value
    logarithms[value] = power
    value <<= 1
    if (value > 255) value ^= polynomial
  }
}

export function multiply(left: number, right: number): number {
  if (left === 0 || right === 0) return 0
  return powers[logarithms[left] + logarithms[right]]
}

/** Of anything but zero. */
export function inverse(value: number): number {
  return powers[255 - logarithms[value]]
}

/** A row of coefficients, one for each column. */
export type Row = Uint8Array

/**
 * The inverse of a square matrix by Gauss-Jordan elimination; null when it is singular. The rows
 * given are left as they are.
 */
export function invert(rows: readonly Row[]): readonly Row[] | null {
  const size = rows.length
  const work = rows.map((row, place) => {
    const wide = new Uint8Array(2 * size)
    wide.set(row)
    wide[size + place] = 1
    return wide
  })
  return reduce(work, size) < size ? null : work.map(row => row.slice(size))
}

/** Of the first `columns` columns. */
export function rank(rows: readonly Row[], columns: number): number {
  return reduce(
    rows.map(row => row.slice()),
    columns,
  )
}

/** Brings rows to reduced echelon form in place; answers how many pivots there were. */
function reduce(rows: Uint8Array[], columns: number): number {
  let done = 0
  for (let column = 0; column < columns && done < rows.length; column++) {
    const found = rows.findIndex((row, place) => place >= done && row[column] !== 0)
    if (found < 0) continue
    const pivot = rows[found]
    rows[found] = rows[done]
    rows[done] = pivot
    scale(pivot, inverse(pivot[column]))
    for (const row of rows) {
      if (row !== pivot && row[column] !== 0) addMultiple(row, pivot, row[column])
    }
    done++
  }
  return done
}

function scale(row: Uint8Array, factor: number): void {
  for (let column = 0; column < row.length; column++) row[column] = multiply(row[column], factor)
}

function addMultiple(row: Uint8Array, other: Row, factor: number): void {
  for (let column = 0; column < row.length; column++) row[column] ^= multiply(other[column], factor)
}
