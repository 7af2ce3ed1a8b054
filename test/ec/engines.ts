/** The engines of this machine, opened over memory of their own. */
import type { Code } from '../../src/core/code.js'
import { Refused } from '../../src/core/errors.js'
import {
  type Codec,
  type Engine,
  type EngineName,
  engineNames,
  scratchBytes,
} from '../../src/ec/codec.js'
import { loadEngine } from '../../src/ec/engines.js'

/** Those that are installed: the portable one always, the native ones where their library is. */
export async function enginesHere(): Promise<readonly Engine[]> {
  const all = await Promise.all(engineNames.map(engineOrNull))
  return all.filter(engine => engine !== null)
}

async function engineOrNull(name: EngineName): Promise<Engine | null> {
  try {
    return await loadEngine(name)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

export interface Bench {
  readonly memory: WebAssembly.Memory
  /** Where words may lie. */
  readonly offsetBytes: number
}

export function benchOf(bytes: number): Bench {
  const pages = Math.ceil((scratchBytes + bytes) / 65_536)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  return { memory, offsetBytes: scratchBytes }
}

export function openOver(engine: Engine, code: Code, bench: Bench): Codec {
  return engine.open(code, { memory: bench.memory, scratchOffsetBytes: 0 })
}
