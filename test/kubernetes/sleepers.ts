/** Those who sleep in virtual time, until it comes to their instant or they are told to stop. */
export interface Sleeper {
  readonly dueUs: number
  readonly wake: () => void
}

export class Sleepers {
  private readonly all = new Set<Sleeper>()

  until(dueUs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.all.delete(sleeper)
        reject(signal?.reason)
      }
      const wake = (): void => {
        this.all.delete(sleeper)
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const sleeper = { dueUs, wake }
      if (signal?.aborted === true) return leave()
      this.all.add(sleeper)
      signal?.addEventListener('abort', leave)
    })
  }

  /** Of those who are due at the same instant, who came first. */
  next(): Sleeper | null {
    let next: Sleeper | null = null
    for (const one of this.all) if (next === null || one.dueUs < next.dueUs) next = one
    return next
  }

  get size(): number {
    return this.all.size
  }
}
