/**
 * Passes as ISA-L likes them: it reads sources once for up to six targets, so that a target made
 * from fewer of them costs less with the others, its missing coefficients zero, than on its own.
 */
import type { Row } from '../../core/gf256.js'
import type { Pass } from '../gf256/passes.js'

export function densePasses(passes: readonly Pass[]): readonly Pass[] {
  const largestFirst = [...passes].sort((left, right) => right.sources.length - left.sources.length)
  return largestFirst.reduce(addTo, [])
}

function addTo(dense: readonly Pass[], pass: Pass): readonly Pass[] {
  const at = dense.findIndex(one => pass.sources.every(shard => one.sources.includes(shard)))
  if (at < 0) return [...dense, pass]
  const { sources, targets, rows } = dense[at]
  const merged: Pass = {
    sources,
    targets: [...targets, ...pass.targets],
    rows: [...rows, ...pass.rows.map(row => spread(row, pass.sources, sources))],
  }
  return dense.with(at, merged)
}

/** The coefficients of a row at the places of their sources, and zero elsewhere. */
function spread(row: Row, from: readonly number[], to: readonly number[]): Row {
  return Uint8Array.from(to, shard => {
    const place = from.indexOf(shard)
    return place < 0 ? 0 : row[place]
  })
}
