/**
 * The engines, loaded when they are first asked for: the native ones are optional, and a machine
 * without them does everything that needs no family of theirs.
 */
import { type Code, codeName } from '../core/code.js'
import { Refused } from '../core/errors.js'
import type { Engine, EngineName, Family } from './codec.js'

/** In the order in which they are tried: the default family of Reed-Solomon is the first one's. */
const loaders: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  ronomon: async () => (await import('./ronomon/engine.js')).loadRonomon(),
  'isa-l': async () => (await import('./isal/engine.js')).loadIsal(),
  portable: async () => (await import('./portable/engine.js')).portable,
}

const familyOf: Readonly<Record<EngineName, Family>> = {
  ronomon: 'cauchy-xor/1',
  'isa-l': 'gf256/1',
  portable: 'gf256/1',
}

/** Refuses with NATIVE_MISSING, and says what to install. */
export function loadEngine(name: EngineName): Promise<Engine> {
  return loaders[name]()
}

export interface EngineWish {
  readonly code: Code
  readonly engine?: EngineName
  readonly family?: Family
}

/**
 * The engine that was named; else the best that is here for the family; else for any family that
 * has the code. Where none is here, what is missing is told of each.
 */
export async function chooseEngine(wish: EngineWish): Promise<Engine> {
  const names = candidates(wish)
  const whyNots = [...otherFamily(wish)]
  const missing: Refused[] = []
  for (const name of names) {
    const engine = await loadEngine(name).catch(error => kept(error, missing))
    const whyNot = engine?.whyNot(wish.code) ?? null
    if (engine !== null && whyNot === null) return engine
    if (whyNot !== null) whyNots.push(`${name}: ${whyNot}`)
  }
  if (whyNots.length === 0) throw new Refused(missing.flatMap(({ errors }) => errors))
  throw noEngine(wish.code, whyNots)
}

function candidates({ engine, family }: EngineWish): readonly EngineName[] {
  const names: readonly EngineName[] = ['ronomon', 'isa-l', 'portable']
  return names.filter(
    name =>
      (engine === undefined || engine === name) &&
      (family === undefined || family === familyOf[name]),
  )
}

/** The engine that was named cannot read what the family that was named has written. */
function otherFamily({ engine, family }: EngineWish): readonly string[] {
  if (engine === undefined || family === undefined || familyOf[engine] === family) return []
  return [`${engine}: its family is ${familyOf[engine]}, not ${family}`]
}

function kept(error: unknown, missing: Refused[]): null {
  if (!(error instanceof Refused)) throw error
  missing.push(error)
  return null
}

function noEngine(code: Code, whyNots: readonly string[]): Refused {
  return new Refused([
    {
      code: 'FIELD_INVALID',
      message: `no engine codes ${codeName(code)}: ${whyNots.join('; ')}`,
      where: { field: 'code' },
      hint: 'choose another code, or leave the engine and the family out',
    },
  ])
}
