/** The fastest engine: Intel ISA-L, where the machine has it. */
import { type Code, whyNoCode } from '../../core/code.js'
import type { Codec, CodeWord, CodingMemory, Engine } from '../codec.js'
import { gf256Codec, type WordWork } from '../gf256/codec.js'
import type { Pass } from '../gf256/passes.js'
import { densePasses } from './dense.js'
import { type IsaLibrary, loadIsaLibrary } from './library.js'

/**
 * What the library reads by its address lives as long as what uses it: an address alone keeps
 * nothing.
 */
const kept = new WeakMap<WordWork | Codec, Uint8Array | WebAssembly.Memory>()

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
  // Shared memory does not move.
  const base = library.addressOf(new Uint8Array(memory.buffer))
  const prepare = (passes: readonly Pass[]): WordWork => {
    const works = densePasses(passes).map(pass => workOf(library, pass, base))
    return word => {
      for (const work of works) work(word)
    }
  }
  const codec = gf256Codec(code, prepare, (offsetBytes, lengthBytes) =>
    library.crc32c(base + offsetBytes, lengthBytes),
  )
  kept.set(codec, memory)
  return codec
}

function workOf(library: IsaLibrary, pass: Pass, base: number): WordWork {
  const { sources, targets, rows } = pass
  const tables = new Uint8Array(new SharedArrayBuffer(32 * sources.length * targets.length))
  const tablesAt = library.addressOf(tables)
  const coefficients = Uint8Array.from(rows.flatMap(row => [...row]))
  library.initTables(sources.length, targets.length, coefficients, tablesAt)
  const data = addressesOf(library, sources, base)
  const parity = addressesOf(library, targets, base)
  const work = (word: CodeWord): void => {
    data.write(word)
    parity.write(word)
    const { blockBytes } = word
    library.encode(blockBytes, sources.length, targets.length, tablesAt, data.at, parity.at)
  }
  kept.set(work, tables)
  return work
}

interface Addresses {
  /** Where the array lies itself. */
  readonly at: number
  write(word: CodeWord): void
}

/**
 * The addresses of some blocks of a word, as C reads them: eight bytes each, the low half first.
 */
function addressesOf(library: IsaLibrary, shards: readonly number[], base: number): Addresses {
  const halves = new Uint32Array(new SharedArrayBuffer(8 * shards.length))
  return {
    at: library.addressOf(new Uint8Array(halves.buffer)),
    write({ offsetBytes, blockBytes }) {
      for (let place = 0; place < shards.length; place++) {
        const address = base + offsetBytes + shards[place] * blockBytes
        halves[2 * place] = address >>> 0
        halves[2 * place + 1] = address / 4_294_967_296
      }
    },
  }
}
