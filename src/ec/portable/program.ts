/**
 * Passes in the form that the kernel reads (assembly/kernel.ts): first the passes, each a head of
 * five words and one word a source; then the tables of products, 32 bytes for each coefficient.
 */
import { assert } from '../../core/errors.js'
import { multiply } from '../../core/gf256.js'
import { scratchBytes } from '../codec.js'
import type { Pass } from '../gf256/passes.js'

const headWords = 5
const tableBytes = 32

/** What the kernel does at once: one plain sum, or one or two sums of products. */
interface Step {
  readonly isPlain: boolean
  readonly pass: Pass
}

/** Ready to be put at `offsetBytes` of the memory, for blocks of one size. */
export function programOf(
  passes: readonly Pass[],
  offsetBytes: number,
  blockBytes: number,
): Uint8Array {
  const steps = passes.flatMap(stepsOf)
  const words = steps.reduce((sum, { pass }) => sum + headWords + pass.sources.length, 1)
  const tables = steps.flatMap(({ isPlain, pass }) => (isPlain ? [] : [tablesOf(pass)]))
  const program: number[] = [steps.length]
  let tableOffsetBytes = offsetBytes + roundUp(4 * words)
  for (const { isPlain, pass } of steps) {
    const [first, second = first] = pass.targets
    const count = isPlain ? 0 : pass.targets.length
    program.push(count, pass.sources.length, tableOffsetBytes)
    program.push(first * blockBytes, second * blockBytes)
    program.push(...pass.sources.map(shard => shard * blockBytes))
    tableOffsetBytes += count * pass.sources.length * tableBytes
  }
  const bytes = new Uint8Array(tableOffsetBytes - offsetBytes)
  assert(bytes.length <= scratchBytes, 'a program fits its place')
  bytes.set(new Uint8Array(Uint32Array.from(program).buffer))
  bytes.set(tables.flat(), roundUp(4 * words))
  return bytes
}

function stepsOf(pass: Pass): readonly Step[] {
  const places = pass.targets.map((_, place) => place)
  const isPlain = (place: number): boolean => pass.rows[place].every(one => one === 1)
  const products = places.filter(place => !isPlain(place))
  const pairs = products.flatMap((_, at) => (at % 2 === 0 ? [products.slice(at, at + 2)] : []))
  return [
    ...places.filter(isPlain).map(place => ({ isPlain: true, pass: part(pass, [place]) })),
    ...pairs.map(pair => ({ isPlain: false, pass: part(pass, pair) })),
  ]
}

function part({ sources, targets, rows }: Pass, places: readonly number[]): Pass {
  return {
    sources,
    targets: places.map(place => targets[place]),
    rows: places.map(place => rows[place]),
  }
}

/** Source by source, and in it target by target: products by 0 … 15, then by 0, 16 … 240. */
function tablesOf(pass: Pass): readonly number[] {
  const halves = Array.from({ length: 16 }, (_, half) => half)
  return pass.sources.flatMap((_, source) =>
    pass.rows.flatMap(row => [
      ...halves.map(half => multiply(row[source], half)),
      ...halves.map(half => multiply(row[source], half << 4)),
    ]),
  )
}

/** Tables begin where a vector may. */
function roundUp(bytes: number): number {
  return Math.ceil(bytes / 16) * 16
}
