/**
 * Who is told of files that are being written, so that an interruption leaves none of them behind.
 */
export interface Unfinished {
  begin(path: string): void
  settle(path: string): void
}

export const untold: Unfinished = { begin: () => {}, settle: () => {} }
