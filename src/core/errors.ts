/**
 * Operating errors: one table of codes. An error is a value that says what was wrong, where, and
 * what to do; its code gives the exit status. A programmer's error is `Defect` and stops the program.
 */

export type ExitStatus = 1 | 2 | 3 | 4 | 5 | 70

/** Code, exit status, and what the code means (docs/errors.md is generated from this). */
export const errorCodes = {
  USAGE: { status: 2, meaning: 'The command line was not understood.' },
  OUT_EXISTS: { status: 2, meaning: 'The directory given by --out is there already.' },
  FILE_MISSING: { status: 3, meaning: 'A file that was named cannot be found or read.' },
  FIELD_INVALID: { status: 3, meaning: 'A field has a value that it cannot have.' },
  FIELD_UNKNOWN: { status: 3, meaning: 'A field is not known, perhaps misspelt.' },
  FIELD_MISSING: { status: 3, meaning: 'A field that is required is not there.' },
  YAML_INVALID: { status: 3, meaning: 'A file is not valid YAML.' },
  DISK_FULL: { status: 4, meaning: 'There is no room left on the disk.' },
  INTERNAL: { status: 70, meaning: 'A defect of CoucheStor: please report it.' },
} as const satisfies Record<string, { readonly status: ExitStatus; readonly meaning: string }>

export type ErrorCode = keyof typeof errorCodes

export interface ErrorPlace {
  readonly file?: string
  readonly line?: number
  readonly byte?: number
  readonly field?: string
}

export interface OperatingError {
  readonly code: ErrorCode
  /** What was wrong, without the place. */
  readonly message: string
  readonly where: ErrorPlace
  /** What to do. */
  readonly hint: string
}

/** Carries operating errors from the edges of the program to the command line, which prints them all. */
export class Refused extends Error {
  constructor(readonly errors: readonly OperatingError[]) {
    super(errors.map(error => error.message).join('; '))
    this.name = 'Refused'
  }
}

/** A programmer's error: an assertion that did not hold. */
export class Defect extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Defect'
  }
}

export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Defect(message)
}
