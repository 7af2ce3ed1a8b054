/** The fastest engine: Intel ISA-L, where the machine has it. */
import { type Code, whyNoCode } from '../../core/code.js'
import type { Codec, CodeWord, CodingMemory, Engine } from '../codec.js'
import { gf256Codec, type WordWork } from '../gf256/codec.js'
import type { Pass } from '../gf256/passes.js'
import { densePasses } from './dense.js'
import { type IsaLibrary, loadIsaLibrary } from './library.js'

/** Refuses with NATIVE_MISSING. */
export async function loadIsal(): Promise<Engine> {
  const library = await loadIsaLibrary()
  return {
    name: 'isa-l',
    family: 'gf256/1',
    whyNot: whyNoCode,
    open: (code, where) => open(library, code, where),
  }
}

function open(library: IsaLibrary, code: Code, { memory }: CodingMemory): Codec {
  // Shared memory does not move: this address holds as long as the codec, which keeps it.
  const base = Number(library.addressOf(new Uint8Array(memory.buffer)))
  const prepare = (passes: readonly Pass[]): WordWork => {
    const works = densePasses(passes).map(pass => workOf(library, pass, base))
    return word => {
      for (const work of works) work(word)
    }
  }
  return gf256Codec(code, memory, prepare, (offsetBytes, lengthBytes) =>
    library.crc32c(base + offsetBytes, lengthBytes),
  )
}

function workOf(library: IsaLibrary, pass: Pass, base: number): WordWork {
  const { sources, targets, rows } = pass
  const tables = new Uint8Array(32 * sources.length * targets.length)
  const coefficients = Uint8Array.from(rows.flatMap(row => [...row]))
  library.initTables(sources.length, targets.length, coefficients, tables)
  const from = new Addresses(sources)
  const to = new Addresses(targets)
  return (word: CodeWord) => {
    from.point(base + word.offsetBytes, word.blockBytes)
    to.point(base + word.offsetBytes, word.blockBytes)
    library.encode(word.blockBytes, sources.length, targets.length, tables, from.all, to.all)
  }
}

/** Where some blocks of a word lie. */
class Addresses {
  readonly all: BigUint64Array
  /** The same in halves, the lower one first: a double holds an address, and is quicker. */
  private readonly halves: Uint32Array

  constructor(private readonly shards: readonly number[]) {
    this.all = new BigUint64Array(shards.length)
    this.halves = new Uint32Array(this.all.buffer)
  }

  point(word: number, blockBytes: number): void {
    const { shards, halves } = this
    for (let place = 0; place < shards.length; place++) {
      const address = word + shards[place] * blockBytes
      halves[2 * place] = address % 2 ** 32
      halves[2 * place + 1] = Math.floor(address / 2 ** 32)
    }
  }
}
