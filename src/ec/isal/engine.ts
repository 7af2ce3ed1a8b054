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
  const sourceAddresses = new BigUint64Array(sources.length)
  const targetAddresses = new BigUint64Array(targets.length)
  return (word: CodeWord) => {
    writeAddresses(sourceAddresses, sources, word, base)
    writeAddresses(targetAddresses, targets, word, base)
    library.encode(
      word.blockBytes,
      sources.length,
      targets.length,
      tables,
      sourceAddresses,
      targetAddresses,
    )
  }
}

/** In halves, the lower one first: integers that large are slow, and doubles hold an address. */
function writeAddresses(
  addresses: BigUint64Array,
  shards: readonly number[],
  { offsetBytes, blockBytes }: CodeWord,
  base: number,
): void {
  const halves = new Uint32Array(addresses.buffer)
  for (let place = 0; place < shards.length; place++) {
    const address = base + offsetBytes + shards[place] * blockBytes
    halves[2 * place] = address % 2 ** 32
    halves[2 * place + 1] = Math.floor(address / 2 ** 32)
  }
}
