/**
 * The portable engine's inner loop, in AssemblyScript: blocks as sums of multiples of other blocks
 * in GF(2⁸), sixteen bytes at a time. A product by a constant is two look-ups of half a byte each
 * (Plank, Greenan and Miller, Screaming Fast Galois Field Arithmetic, FAST 2013). All data lies in
 * the memory that is handed in; the kernel keeps nothing of its own.
 */

/** Bytes of a block that all passes do before the next ones: its sources stay in the near cache. */
const chunkBytes: usize = 4096

/** A pass, as `program.ts` writes it: five words, then one word for each source. */
const passHead: usize = 20

/**
 * Runs a program on one code word of blocks that are multiples of `chunkBytes`. A program is the
 * number of its passes, then the passes: targets (0: one, a plain exclusive or), sources, where the
 * tables are, and the two targets' offsets in the word; then the offset of each source.
 */
export function run(program: usize, word: usize, blockBytes: usize): void {
  const passes = load<u32>(program)
  for (let done: usize = 0; done < blockBytes; done += chunkBytes) {
    let pass = program + 4
    for (let left = passes; left > 0; left -= 1) {
      const targets = load<u32>(pass)
      if (targets === 0) addPlain(pass, word + done)
      else if (targets === 1) addOne(pass, word + done)
      else addTwo(pass, word + done)
      pass += passHead + ((<usize>load<u32>(pass, 4)) << 2)
    }
  }
}

/** One target: the exclusive or of the sources. */
function addPlain(pass: usize, chunk: usize): void {
  const sources = pass + passHead
  const end = sources + ((<usize>load<u32>(pass, 4)) << 2)
  const target = chunk + load<u32>(pass, 12)
  for (let at: usize = 0; at < chunkBytes; at += 64) {
    const first = chunk + load<u32>(sources) + at
    let a = v128.load(first)
    let b = v128.load(first, 16)
    let c = v128.load(first, 32)
    let d = v128.load(first, 48)
    for (let source = sources + 4; source < end; source += 4) {
      const from = chunk + load<u32>(source) + at
      a = v128.xor(a, v128.load(from))
      b = v128.xor(b, v128.load(from, 16))
      c = v128.xor(c, v128.load(from, 32))
      d = v128.xor(d, v128.load(from, 48))
    }
    storeFour(target + at, a, b, c, d)
  }
}

/** One target: products and their sum. */
function addOne(pass: usize, chunk: usize): void {
  const sources = pass + passHead
  const end = sources + ((<usize>load<u32>(pass, 4)) << 2)
  const target = chunk + load<u32>(pass, 12)
  const nibble = i8x16.splat(15)
  for (let at: usize = 0; at < chunkBytes; at += 64) {
    let table: usize = load<u32>(pass, 8)
    let a = i8x16.splat(0)
    let b = a
    let c = a
    let d = a
    for (let source = sources; source < end; source += 4) {
      const from = chunk + load<u32>(source) + at
      const low = v128.load(table)
      const high = v128.load(table, 16)
      table += 32
      a = v128.xor(a, product(low, high, v128.load(from), nibble))
      b = v128.xor(b, product(low, high, v128.load(from, 16), nibble))
      c = v128.xor(c, product(low, high, v128.load(from, 32), nibble))
      d = v128.xor(d, product(low, high, v128.load(from, 48), nibble))
    }
    storeFour(target + at, a, b, c, d)
  }
}

/** Two targets from one reading of the sources: for each source a table of each target. */
function addTwo(pass: usize, chunk: usize): void {
  const sources = pass + passHead
  const end = sources + ((<usize>load<u32>(pass, 4)) << 2)
  const nibble = i8x16.splat(15)
  for (let at: usize = 0; at < chunkBytes; at += 64) {
    let table: usize = load<u32>(pass, 8)
    let a = i8x16.splat(0)
    let b = a
    let c = a
    let d = a
    let e = a
    let f = a
    let g = a
    let h = a
    for (let source = sources; source < end; source += 4) {
      const from = chunk + load<u32>(source) + at
      const low = v128.load(table)
      const high = v128.load(table, 16)
      a = v128.xor(a, product(low, high, v128.load(from), nibble))
      b = v128.xor(b, product(low, high, v128.load(from, 16), nibble))
      c = v128.xor(c, product(low, high, v128.load(from, 32), nibble))
      d = v128.xor(d, product(low, high, v128.load(from, 48), nibble))
      const otherLow = v128.load(table, 32)
      const otherHigh = v128.load(table, 48)
      e = v128.xor(e, product(otherLow, otherHigh, v128.load(from), nibble))
      f = v128.xor(f, product(otherLow, otherHigh, v128.load(from, 16), nibble))
      g = v128.xor(g, product(otherLow, otherHigh, v128.load(from, 32), nibble))
      h = v128.xor(h, product(otherLow, otherHigh, v128.load(from, 48), nibble))
      table += 64
    }
    storeFour(chunk + load<u32>(pass, 12) + at, a, b, c, d)
    storeFour(chunk + load<u32>(pass, 16) + at, e, f, g, h)
  }
}

function storeFour(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

function product(low: v128, high: v128, data: v128, nibble: v128): v128 {
  return v128.xor(
    i8x16.swizzle(low, v128.and(data, nibble)),
    i8x16.swizzle(high, v128.and(i16x8.shr_u(data, 4), nibble)),
  )
}
