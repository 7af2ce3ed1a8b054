/**
 * What is kept of the objects of one resource. A list is gathered beside what is known and takes
 * its place when it is whole, so that nobody sees half of one and what is gone needs no event.
 */
import type { KubernetesObject } from './api.js'
import type { Edit } from './reflector.js'
import { Tally } from './tally.js'
import type { Change } from './watched.js'

export class Store<Kept> {
  private known: Contents<Kept> | null = null
  private gathered: Contents<Kept>
  /** Whether somebody holds the map of what is known: then it is never changed again. */
  private isLent = false

  /** `isTallied`: many objects share what is kept of them, and somebody asks how many. */
  constructor(
    private readonly keep: (object: KubernetesObject) => Kept,
    private readonly isTallied = false,
  ) {
    this.gathered = this.empty()
  }

  /** 0 before the first list is whole. Nothing is lent for it. */
  size(): number {
    return this.known?.objects.size ?? 0
  }

  /** How many objects keep each value, as it stands now: nothing is copied for it. */
  tally(): ReadonlyMap<Kept, number> | null {
    if (!this.isTallied) throw new Error('nobody asked for a tally')
    return this.known?.tally?.counts() ?? null
  }

  /**
   * The same map until something changes. The first change after it was asked for copies it, the
   * changes after that one do not: so 100,000 objects are copied at most once for each time that
   * somebody looks, and not once for each event.
   */
  objects(): ReadonlyMap<string, Kept> | null {
    this.isLent = true
    return this.known?.objects ?? null
  }

  /** Answers what changed; null where nothing did. */
  edit(edit: Edit): Change<Kept> | null {
    switch (edit.kind) {
      case 'begin':
        this.gathered = this.empty()
        return null
      case 'gather':
        for (const object of edit.objects) this.put(this.gathered, object)
        return null
      case 'swap':
        this.known = this.gathered
        this.gathered = this.empty()
        return { kind: 'listed', begunUs: edit.begunUs }
      case 'set':
        return this.set(edit.object)
      case 'remove':
        return this.remove(edit.object)
    }
  }

  private set(object: KubernetesObject): Change<Kept> | null {
    const version = versionOf(object)
    // An object without a version cannot be told to be the same.
    if (version !== '' && this.known?.versions.get(keyOf(object)) === version) return null
    const { key, kept } = this.put(this.changeable(), object)
    return { kind: 'set', key, object: kept, version }
  }

  private remove(object: KubernetesObject): Change<Kept> | null {
    const key = keyOf(object)
    if (this.known?.objects.has(key) !== true) return null
    const contents = this.changeable()
    const { objects, versions } = contents
    untally(contents, key)
    objects.delete(key)
    versions.delete(key)
    return { kind: 'gone', key }
  }

  /**
   * Of a list each object is taken anew, even one of a known version: a server that was restored
   * from a backup gives the same versions a second time.
   */
  private put(
    contents: Contents<Kept>,
    object: KubernetesObject,
  ): { readonly key: string; readonly kept: Kept } {
    const key = keyOf(object)
    const kept = this.keep(object)
    untally(contents, key)
    contents.objects.set(key, kept)
    contents.tally?.add(kept)
    contents.versions.set(key, versionOf(object))
    return { key, kept }
  }

  private empty(): Contents<Kept> {
    const tally = this.isTallied ? new Tally<Kept>() : null
    return { objects: new Map(), versions: new Map(), tally }
  }

  private changeable(): Contents<Kept> {
    if (this.known === null) throw new Error('an event before the first list is whole')
    if (this.isLent) this.known = { ...this.known, objects: new Map(this.known.objects) }
    this.isLent = false
    return this.known
  }
}

/** By `name`, or `namespace/name`. */
export function keyOf({ metadata: { name, namespace } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

interface Contents<Kept> {
  readonly objects: Map<string, Kept>
  /** Handed to nobody. */
  readonly versions: Map<string, string>
  readonly tally: Tally<Kept> | null
}

/** What an object kept until now; it may not be there at all. */
function untally<Kept>({ objects, tally }: Contents<Kept>, key: string): void {
  if (tally === null) return
  const before = objects.get(key)
  if (before !== undefined) tally.drop(before)
}

function versionOf({ metadata }: KubernetesObject): string {
  return metadata.resourceVersion ?? ''
}
