/**
 * Operating errors: one table of codes. An error is a value that says what was wrong, where, and
 * what to do; its code gives the exit status. A programmer's error is `Defect` and stops the
 * program.
 */

export type ExitStatus = 1 | 2 | 3 | 4 | 5 | 70

/** Code, exit status, and what the code means (docs/errors.md is generated from this). */
export const errorCodes = {
  USAGE: { status: 2, meaning: 'The command line was not understood.' },
  OUT_EXISTS: { status: 2, meaning: 'The directory given by --out is there already.' },
  FILE_MISSING: { status: 3, meaning: 'A file that was named cannot be found or read.' },
  FILE_DENIED: { status: 3, meaning: 'A file that was named may not be read or written.' },
  FIELD_INVALID: { status: 3, meaning: 'A field has a value that it cannot have.' },
  FIELD_UNKNOWN: { status: 3, meaning: 'A field is not known, perhaps misspelt.' },
  FIELD_MISSING: { status: 3, meaning: 'A field that is required is not there.' },
  YAML_INVALID: { status: 3, meaning: 'A file is not valid YAML.' },
  SCENARIO_FULL: {
    status: 3,
    meaning: 'The volumes of a scenario do not fit on the pools of their tier.',
  },
  TRACE_EMPTY: { status: 3, meaning: 'A trace holds no requests.' },
  TRACE_UNKNOWN: { status: 3, meaning: 'No known format fits a trace’s content.' },
  TRACE_BINARY: { status: 3, meaning: 'Bytes that are no text stand where text is expected.' },
  TRACE_CUT: {
    status: 3,
    meaning: 'A trace ends in the middle of a record, or its compression breaks off.',
  },
  TRACE_ROW: { status: 3, meaning: 'A row of a trace does not have the form of its format.' },
  TRACE_LINE_TOO_LONG: { status: 3, meaning: 'A line is longer than any row of a trace.' },
  TRACE_NOT_A_FILE: { status: 3, meaning: 'A directory, pipe or device was named as a trace.' },
  TRACE_TIME_BACKWARD: { status: 3, meaning: 'Rows go back in time; they were sorted.' },
  TRACE_ROW_SKIPPED: {
    status: 3,
    meaning: 'Rows that their format leaves incomplete were passed over.',
  },
  TRACE_UNIT_ASSUMED: {
    status: 3,
    meaning:
      'No unit stands in the file: DiskSim’s ms or MQSim’s ns was taken; --format says which.',
  },
  TRACE_UNIT_MISSING: { status: 3, meaning: 'A series does not say what its values are: --unit.' },
  TRACE_SERIES_SHORT: {
    status: 3,
    meaning: 'A series has no two instants of one volume, so that its interval is unknown.',
  },
  TRACE_GAP: { status: 3, meaning: 'Values of a series are missing, NaN or infinite: gaps.' },
  TRACE_RESET: { status: 3, meaning: 'Counters began again from zero.' },
  TRACE_IGNORED: {
    status: 3,
    meaning: 'Series that tell neither operations nor bytes of a volume were left out.',
  },
  TRACE_OPERATIONS_ASSUMED: {
    status: 3,
    meaning: 'A series has bytes only; operations were taken to be of 16 KiB.',
  },
  TRACE_DIRECTION_ASSUMED: {
    status: 3,
    meaning: 'A series does not tell reads from writes; all were taken for reads.',
  },
  TRACE_OTHER_KIND: { status: 3, meaning: 'A trace of this kind is not read here.' },
  TRACE_MIXED: { status: 3, meaning: 'Request traces and series cannot be replayed together.' },
  VOLUME_UNKNOWN: { status: 2, meaning: 'A volume was named that is not there.' },
  HISTORY_BROKEN: { status: 3, meaning: 'The history of a run cannot be read.' },
  CONTAINER_BROKEN: {
    status: 3,
    meaning: 'No container of a coded directory says what volume it is a part of.',
  },
  CONTAINER_FOREIGN: {
    status: 3,
    meaning: 'Containers of two volumes stand in one coded directory.',
  },
  CONTAINER_VERSION: { status: 3, meaning: 'A container was written by another version.' },
  BYTES_LOST: {
    status: 3,
    meaning: 'More of a coded file is lost than its code can rebuild; the bytes are named.',
  },
  MIGRATION_UNKNOWN: { status: 3, meaning: 'A VolumeMigration was named that is not there.' },
  CLUSTER_MISSING: { status: 4, meaning: 'A live cluster is needed and cannot be reached.' },
  METRICS_MISSING: {
    status: 4,
    meaning: 'Prometheus is needed, and cannot be reached or gives no whole answer.',
  },
  NATIVE_MISSING: { status: 4, meaning: 'A native library that is needed is not there.' },
  LEASE_HELD: { status: 4, meaning: 'An operator holds the lease, so that nobody else may act.' },
  LEASE_LOST: { status: 4, meaning: 'The operator lost its lease, and another may lead.' },
  ADDRESS_TAKEN: { status: 4, meaning: 'An address to listen on is taken, or may not be used.' },
  CODED_LOCKED: { status: 4, meaning: 'Another program is changing the coded directory.' },
  DEVICE_FAILED: { status: 4, meaning: 'A disk failed to read, write or sync.' },
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

/**
 * Carries operating errors from the edges of the program to the command line, which prints them
 * all.
 */
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
