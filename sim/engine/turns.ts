/**
 * Turns in which every microtask runs. Immediates are asked for many at a time: between two of them
 * every microtask runs as well, and only after the last one does the event loop go round, which
 * costs a system call, and in which a person may interrupt the run.
 */

const atOnce = 64

export class Turns {
  private waiting: (() => void) | null = null
  private left = 0

  /** Resolves when every microtask has run. One waits at a time. */
  next(): Promise<void> {
    if (this.left === 0) this.ask()
    return new Promise(resolve => {
      this.waiting = resolve
    })
  }

  private ask(): void {
    this.left = atOnce
    for (let turn = 0; turn < atOnce; turn++) setImmediate(() => this.turn())
  }

  private turn(): void {
    this.left -= 1
    const { waiting } = this
    this.waiting = null
    waiting?.()
  }
}
