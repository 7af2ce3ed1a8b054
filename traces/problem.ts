/** Errors and warnings of traces: always with the file, and the line or byte. */
import { type ErrorCode, type ErrorPlace, Refused } from '../src/core/errors.js'

export function refuse(code: ErrorCode, message: string, where: ErrorPlace, hint: string): Refused {
  return new Refused([{ code, message, where, hint }])
}

export interface Warning {
  readonly code: ErrorCode
  readonly count: number
  readonly first: { readonly line?: number; readonly byte?: number }
}

/** Counts what a reader passed over, with the first place of each kind. */
export class Warnings {
  private readonly byCode = new Map<ErrorCode, { count: number; first: Warning['first'] }>()

  add(code: ErrorCode, first: Warning['first']): void {
    const known = this.byCode.get(code)
    if (known === undefined) this.byCode.set(code, { count: 1, first })
    else known.count += 1
  }

  list(): readonly Warning[] {
    return [...this.byCode].map(([code, row]) => ({ code, ...row }))
  }
}
