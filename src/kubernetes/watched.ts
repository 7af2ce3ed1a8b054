/** The objects of one kind as a watch has them: types only. */

export type Change<Kept> =
  | { readonly kind: 'set'; readonly key: string; readonly object: Kept; readonly version: string }
  | { readonly kind: 'gone'; readonly key: string }
  /** A whole list took the place of what was known; it was asked for at this instant. */
  | { readonly kind: 'listed'; readonly begunUs: number }

/** `Kept` is what is kept of each object. */
export interface Watched<Kept> {
  /**
   * By `name`, or `namespace/name`. Null until the first list is whole; never half of one. The same
   * map as long as nothing changed.
   */
  objects(): ReadonlyMap<string, Kept> | null
  /** Wall clock: the server's state is known up to here. Null until the first list is whole. */
  knownUpToUs(): number | null
  /** Why nothing newer comes, while that is so. */
  trouble(): string | null
  /** Calls back after each change; answers what ends that. */
  subscribe(listener: (change: Change<Kept>) => void): () => void
}
