/** Errors and warnings of traces: always with the file, and the line or byte. */
import { type ErrorCode, type ErrorPlace, Refused } from '../src/core/errors.js'

export function refuse(code: ErrorCode, message: string, where: ErrorPlace, hint: string): Refused {
  return new Refused([{ code, message, where, hint }])
}

/** What the places of a format's rows are counted in. */
export type PlaceKind = 'line' | 'byte'

export interface Warning {
  readonly code: ErrorCode
  readonly count: number
  readonly first: { readonly line?: number; readonly byte?: number }
}

/** Counts what a reader passed over, with the first place of each kind. */
export class Warnings {
  private readonly byCode = new Map<ErrorCode, { count: number; first: Warning['first'] }>()

  /** `at` is null for what no single place shows. */
  add(code: ErrorCode, kind: PlaceKind, at: number | null): void {
    const known = this.byCode.get(code)
    if (known !== undefined) known.count += 1
    else this.byCode.set(code, { count: 1, first: placeOf(kind, at) })
  }

  list(): readonly Warning[] {
    return [...this.byCode].map(([code, row]) => ({ code, ...row }))
  }
}

function placeOf(kind: PlaceKind, at: number | null): Warning['first'] {
  if (at === null) return {}
  return kind === 'line' ? { line: at } : { byte: at }
}
