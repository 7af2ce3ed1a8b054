/**
 * What the server answered to our own writes, shown in place of what the watch has until that is as
 * new. Versions are compared for equality only: events of older ones come before the one that was
 * answered, and whatever comes after it is newer.
 */
import type { Change } from '../kubernetes/watched.js'

interface Versioned {
  readonly version: string
}

interface Shown<Kept> {
  /** Null: our write ended the object. */
  readonly kept: Kept | null
  readonly version: string
  readonly answeredUs: number
}

export class OwnWrites<Kept extends Versioned> {
  private readonly shown = new Map<string, Shown<Kept>>()
  /** What the watch brought of each object while a write of it was under way. */
  private readonly underWay = new Map<string, Set<string>>()
  /** Rises with every change of what is shown. */
  revision = 0

  begin(name: string): void {
    this.underWay.set(name, new Set())
  }

  end(name: string): void {
    this.underWay.delete(name)
  }

  isUnderWay(name: string): boolean {
    return this.underWay.has(name)
  }

  /** Whether what the watch has of it is older than our last write. */
  isAhead(name: string): boolean {
    return this.shown.has(name)
  }

  /** `watched`: what the watch has of it. */
  answered(name: string, kept: Kept, watched: Kept | undefined, answeredUs: number): void {
    const { version } = kept
    const isKnown = watched?.version === version || this.underWay.get(name)?.has(version) === true
    this.show(name, isKnown ? null : { kept, version, answeredUs })
  }

  /** Our write took the last finalizer of a deleted object: no event brings its version. */
  ended(name: string, watched: Kept | undefined, answeredUs: number): void {
    this.show(name, watched === undefined ? null : { kept: null, version: '', answeredUs })
  }

  /** A server that refuses this version has a newer one. */
  refused(name: string, version: string): void {
    if (this.shown.get(name)?.version === version) this.show(name, null)
  }

  heard(change: Change<Kept>): void {
    switch (change.kind) {
      case 'set': {
        this.underWay.get(change.key)?.add(change.version)
        if (this.shown.get(change.key)?.version === change.version) this.show(change.key, null)
        return
      }
      case 'gone':
        // Of an object that we wrote it is an older one of that name that is gone.
        if (this.shown.get(change.key)?.kept === null) this.show(change.key, null)
        return
      case 'listed':
        for (const [name, { answeredUs }] of this.shown) {
          if (change.begunUs > answeredUs) this.show(name, null)
        }
    }
  }

  /** What the watch has, with ours in its place. */
  over(watched: ReadonlyMap<string, Kept>): ReadonlyMap<string, Kept> {
    if (this.shown.size === 0) return watched
    const all = new Map(watched)
    for (const [name, { kept }] of this.shown) {
      if (kept === null) all.delete(name)
      else all.set(name, kept)
    }
    return all
  }

  private show(name: string, shown: Shown<Kept> | null): void {
    this.revision += 1
    if (shown === null) this.shown.delete(name)
    else this.shown.set(name, shown)
  }
}
