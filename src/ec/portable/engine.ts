/** The engine that is always there: WebAssembly SIMD on memory that all threads share. */
import type { Code } from '../../core/code.js'
import { whyNoCode } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { checksumOver } from '../checksum.js'
import type { Codec, CodeWord, CodingMemory, Engine } from '../codec.js'
import { gf256Codec, type WordWork } from '../gf256/codec.js'
import type { Pass } from '../gf256/passes.js'
import { kernelBase64 } from './kernel.js'
import { programOf } from './program.js'

export const portable: Engine = {
  name: 'portable',
  family: 'gf256/1',
  whyNot: whyNoCode,
  open,
}

type Kernel = (program: number, word: number, blockBytes: number) => void

function open(code: Code, where: CodingMemory): Codec {
  const run = kernelOver(where.memory)
  const program = where.scratchOffsetBytes
  const scratch = new Uint8Array(where.memory.buffer, program)
  // Whose program the scratch holds, for blocks of which size.
  let holder: WordWork | null = null
  let holderBlockBytes = 0

  const prepare = (passes: readonly Pass[]): WordWork => {
    const work = ({ offsetBytes, blockBytes }: CodeWord): void => {
      if (holder !== work || holderBlockBytes !== blockBytes) {
        scratch.set(programOf(passes, program, blockBytes))
        holder = work
        holderBlockBytes = blockBytes
      }
      run(program, offsetBytes, blockBytes)
    }
    return work
  }
  return gf256Codec(code, where.memory, prepare, checksumOver(where.memory))
}

function kernelOver(memory: WebAssembly.Memory): Kernel {
  const module = new WebAssembly.Module(Buffer.from(kernelBase64, 'base64'))
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports
  assert(isKernel(run), 'the kernel has its function')
  return run
}

function isKernel(value: unknown): value is Kernel {
  return typeof value === 'function'
}
