/** What can be wrong with a block, a shard or a container, and where it is. */

/** In the order of the numbers that a batch keeps for each block; the first three are no faults. */
export const blockStates = [
  'unread',
  'good',
  'made',
  'missing',
  'foreign',
  'short',
  'unreadable',
  'trailer',
  'misplaced',
  'stale',
  'checksum',
  'inconsistent',
] as const

export type BlockState = (typeof blockStates)[number]
export type BlockFault = Exclude<BlockState, 'unread' | 'good' | 'made'>

/** `header` and `page`: what describes the blocks is damaged, and they are whole. */
export type Fault = BlockFault | 'header' | 'page' | 'excess'

export const faultMeanings: Readonly<Record<Fault, string>> = {
  missing: 'the container is not there',
  foreign: 'it belongs to another volume',
  short: 'the container ends too early',
  unreadable: 'the device cannot read it',
  trailer: 'its trailer is damaged',
  misplaced: 'it belongs to another place of this volume',
  stale: 'it is of another generation or epoch',
  checksum: 'its bytes are not those that were written',
  inconsistent: 'what the other shards make of it has another checksum',
  header: 'the header of the container is damaged',
  page: 'the page of trailers is damaged beside its trailers',
  excess: 'the container is longer than it was written',
}

export interface Finding {
  readonly pool: number
  readonly directory: string
  /** The first of `stripes` stripes; null for a container as a whole. */
  readonly stripe: number | null
  readonly stripes: number
  /** Null for all blocks of the shard. */
  readonly blocks: readonly number[] | null
  readonly fault: Fault
}

/** `pool-2: shard 2 of stripe 7, block 3: its bytes are not those that were written`. */
export function findingText(finding: Finding): string {
  const { directory, pool, stripe, stripes, blocks, fault } = finding
  const meaning = faultMeanings[fault]
  if (stripe === null) return `${directory}: ${meaning} [${fault}]`
  const where = stripes === 1 ? `stripe ${stripe}` : `stripes ${stripe} to ${stripe + stripes - 1}`
  const which =
    blocks === null ? '' : `, block${blocks.length === 1 ? '' : 's'} ${blocks.join(' ')}`
  return `${directory}: shard ${pool} of ${where}${which}: ${meaning} [${fault}]`
}

/** Findings in the order of stripes; those that go on from one stripe to the next become one. */
export class Findings {
  readonly #open = new Map<string, Finding>()
  readonly #closed: Finding[] = []
  shards = 0

  add(finding: Finding): void {
    this.shards += finding.stripe === null ? 0 : finding.stripes
    if (finding.stripe === null) {
      this.#closed.push(finding)
      return
    }
    const key = `${finding.pool} ${finding.fault} ${finding.blocks?.join(' ')}`
    const before = this.#open.get(key)
    if (before?.stripe !== null && before !== undefined) {
      if (before.stripe + before.stripes === finding.stripe) {
        this.#open.set(key, { ...before, stripes: before.stripes + finding.stripes })
        return
      }
      this.#closed.push(before)
    }
    this.#open.set(key, finding)
  }

  /** Containers as a whole first, then by stripe and pool. */
  list(): readonly Finding[] {
    return [...this.#closed, ...this.#open.values()].sort(
      (one, other) => (one.stripe ?? -1) - (other.stripe ?? -1) || one.pool - other.pool,
    )
  }
}
