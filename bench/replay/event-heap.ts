/**
 * Events as objects in a binary heap: by time, then rank, then the order in which they were made.
 */

export interface PlainEvent {
  readonly atUs: number
  readonly rank: number
  readonly sequence: number
  readonly run: () => void
}

export class EventHeap {
  nowUs = 0
  private readonly heap: PlainEvent[] = []
  private made = 0

  push(atUs: number, rank: number, run: () => void): void {
    const { heap } = this
    heap.push({ atUs, rank, sequence: this.made, run })
    this.made += 1
    let child = heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!isBefore(heap[child], heap[parent])) break
      this.swap(child, parent)
      child = parent
    }
  }

  /** Runs the first event; false when there is none. */
  runFirst(): boolean {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined) return false
    if (heap.length > 0) {
      heap[0] = last
      this.sink()
    }
    this.nowUs = first.atUs
    first.run()
    return true
  }

  private sink(): void {
    const { heap } = this
    let parent = 0
    for (;;) {
      const left = 2 * parent + 1
      if (left >= heap.length) return
      const right = left + 1
      const child = right < heap.length && isBefore(heap[right], heap[left]) ? right : left
      if (!isBefore(heap[child], heap[parent])) return
      this.swap(child, parent)
      parent = child
    }
  }

  private swap(left: number, right: number): void {
    const held = this.heap[left]
    this.heap[left] = this.heap[right]
    this.heap[right] = held
  }
}

function isBefore(left: PlainEvent, right: PlainEvent): boolean {
  if (left.atUs !== right.atUs) return left.atUs < right.atUs
  if (left.rank !== right.rank) return left.rank < right.rank
  return left.sequence < right.sequence
}
