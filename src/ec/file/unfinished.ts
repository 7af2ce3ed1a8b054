/** Who is told of what must not stay behind when the program is interrupted. */
export interface Unfinished {
  begin(path: string): void
  settle(path: string): void
}

export const untold: Unfinished = { begin: () => {}, settle: () => {} }
