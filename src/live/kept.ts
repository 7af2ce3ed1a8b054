/**
 * Keeps objects that look as before: the core derives what follows from one once for each object,
 * so that a round over a cluster where little changed is cheap.
 */

/** Each element as it was where nothing of it changed; the whole list where nothing changed. */
export function keptList<Item extends { readonly id: string }>(
  before: readonly Item[],
  now: readonly Item[],
): readonly Item[] {
  const known = new Map(before.map(item => [item.id, item]))
  const kept = now
    .map(item => {
      const old = known.get(item.id)
      return old !== undefined && isSame(old, item) ? old : item
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  return keptArray(before, kept)
}

/** The same array while it holds the same objects in the same order. */
export function keptArray<Item>(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  const isKept = before.length === now.length && before.every((item, at) => item === now[at])
  return isKept ? before : now
}

/** Of plain values, arrays and objects, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  const others = new Map<string, unknown>(Object.entries(other))
  return Object.entries(one).every(([key, value]) => {
    return others.has(key) && isSame(value, others.get(key))
  })
}
