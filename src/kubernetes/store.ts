/**
 * What is kept of the objects of one resource. A list is gathered beside what is known and takes
 * its place when it is whole, so that nobody sees half of one and what is gone needs no event.
 */
import type { KubernetesObject } from './api.js'
import type { Edit } from './reflector.js'
import type { Change } from './watched.js'

export class Store<Kept> {
  private known: Contents<Kept> | null = null
  private gathered: Contents<Kept> = empty()
  /** Whether somebody holds the map of what is known: then it is never changed again. */
  private isLent = false

  constructor(private readonly keep: (object: KubernetesObject) => Kept) {}

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
        this.gathered = empty()
        return null
      case 'gather':
        for (const object of edit.objects) this.put(this.gathered, object)
        return null
      case 'swap':
        this.known = this.gathered
        this.gathered = empty()
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
    const { objects, versions } = this.changeable()
    objects.delete(key)
    versions.delete(key)
    return { kind: 'gone', key }
  }

  /**
   * Of a list each object is taken anew, even one of a known version: a server that was restored
   * from a backup gives the same versions a second time.
   */
  private put(
    { objects, versions }: Contents<Kept>,
    object: KubernetesObject,
  ): { readonly key: string; readonly kept: Kept } {
    const key = keyOf(object)
    const kept = this.keep(object)
    objects.set(key, kept)
    versions.set(key, versionOf(object))
    return { key, kept }
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
}

function empty<Kept>(): Contents<Kept> {
  return { objects: new Map(), versions: new Map() }
}

function versionOf({ metadata }: KubernetesObject): string {
  return metadata.resourceVersion ?? ''
}
