/**
 * A list as what became of the one before: items that are the same objects are named by their
 * places, so that a round over a cluster where little changed is short.
 */

export type ListChange<Item> =
  /** So many items as they stood in the list before, from this place on. */
  { readonly from: number; readonly count: number } | { readonly is: Item }

/** Null: it is the same list. */
export function listChanges<Item extends object>(
  before: readonly Item[],
  now: readonly Item[],
): readonly ListChange<Item>[] | null {
  if (before === now) return null
  const places = new Map(before.map((item, place) => [item, place]))
  const changes: ListChange<Item>[] = []
  let run = { from: 0, count: 0 }
  const endRun = (): void => {
    if (run.count > 0) changes.push(run)
    run = { from: 0, count: 0 }
  }
  for (const item of now) {
    const place = places.get(item)
    if (place === undefined) {
      endRun()
      changes.push({ is: item })
    } else if (run.count > 0 && run.from + run.count === place) {
      run = { from: run.from, count: run.count + 1 }
    } else {
      endRun()
      run = { from: place, count: 1 }
    }
  }
  endRun()
  return changes
}

/** Null: a place is named that the list before does not have. */
export function changedList<Item>(
  before: readonly Item[],
  changes: readonly ListChange<Item>[] | null,
): readonly Item[] | null {
  if (changes === null) return before
  const now: Item[] = []
  for (const change of changes) {
    if ('is' in change) {
      now.push(change.is)
      continue
    }
    const { from, count } = change
    if (from < 0 || count < 1 || from + count > before.length) return null
    for (let place = from; place < from + count; place++) now.push(before[place])
  }
  return now
}
