/** A table as data, which the terminal and the page draw each in its way. */

export interface Column {
  readonly title: string
  readonly isNumber: boolean
  /** Whole sentences: a terminal gives them a line of their own. */
  readonly isLong: boolean
}

export interface Table {
  /** Names it in links: `slower`. */
  readonly id: string
  readonly title: string
  /** A sentence before the rows; may be empty. */
  readonly note: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  /** Rows that were left out. */
  readonly left: number
}

export const words = (title: string): Column => ({ title, isNumber: false, isLong: false })
export const numbers = (title: string): Column => ({ title, isNumber: true, isLong: false })
export const sentences = (title: string): Column => ({ title, isNumber: false, isLong: true })
