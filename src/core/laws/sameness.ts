/** Law 14: two histories of one seed are the same, line by line. */
export interface Difference {
  /** Counted from 1. */
  readonly line: number
  readonly left: string | null
  readonly right: string | null
}

/** Where two histories part, or null. A history that ends early parts where it ends. */
export function firstDifference(
  left: Iterable<string>,
  right: Iterable<string>,
): Difference | null {
  const others = right[Symbol.iterator]()
  let line = 0
  for (const own of left) {
    line += 1
    const other = others.next()
    if (other.done === true) return { line, left: own, right: null }
    if (other.value !== own) return { line, left: own, right: other.value }
  }
  const rest = others.next()
  return rest.done === true ? null : { line: line + 1, left: null, right: rest.value }
}
