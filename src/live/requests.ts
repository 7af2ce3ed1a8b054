/** Tells from the objects of migrations whether somebody asked for something: a round is due. */
import type { Change } from '../kubernetes/watched.js'
import type { KeptMigration } from './migration-object.js'

/** What people say by an object: to begin, to end, to give up the source. */
interface Words {
  readonly isNew: boolean
  readonly deleting: boolean
  readonly releaseSource: boolean
}

export class Requests {
  /** Null before the first list, which asks for nothing new. */
  private known: Map<string, Words> | null = null

  /** `all` is what is known after the change; `isOurs` tells whether our own write changed one. */
  heard(
    change: Change<KeptMigration>,
    all: ReadonlyMap<string, KeptMigration>,
    isOurs: (name: string) => boolean,
  ): boolean {
    switch (change.kind) {
      case 'listed': {
        const before = this.known
        this.known = new Map([...all].flatMap(([name, kept]) => wordsOf(name, kept)))
        return before !== null && [...this.known].some(([name, now]) => asks(before.get(name), now))
      }
      case 'gone':
        this.known?.delete(change.key)
        return false
      case 'set': {
        const before = this.known?.get(change.key)
        const said = wordsOf(change.key, change.object)
        for (const [name, now] of said) this.known?.set(name, now)
        return said.some(([, now]) => asks(before, now)) && !isOurs(change.key)
      }
    }
  }
}

function asks(before: Words | undefined, now: Words): boolean {
  if (before === undefined) return now.isNew
  return (now.deleting && !before.deleting) || now.releaseSource !== before.releaseSource
}

/** None of an object that cannot be read. */
function wordsOf(name: string, { record }: KeptMigration): readonly (readonly [string, Words])[] {
  if (record === null) return []
  const { spec, status, deleting } = record
  return [[name, { isNew: status === null, deleting, releaseSource: spec.releaseSource }]]
}
