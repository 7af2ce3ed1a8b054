/** What is said where a native engine is not there. */
import { Refused } from '../core/errors.js'
import type { EngineName } from './codec.js'

export interface MissingPart {
  readonly engine: EngineName
  /** The package or library that is missing, as it is named where it is installed. */
  readonly part: string
  readonly install: string
  readonly cause: unknown
}

export function nativeMissing({ engine, part, install, cause }: MissingPart): Refused {
  const why = cause instanceof Error ? ` (${firstLine(cause.message)})` : ''
  return new Refused([
    {
      code: 'NATIVE_MISSING',
      message: `the engine ${engine} needs ${part}, which cannot be loaded${why}`,
      where: {},
      hint: `install it: ${install}`,
    },
  ])
}

function firstLine(text: string): string {
  return text.split('\n')[0]
}
