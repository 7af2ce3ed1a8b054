/** Says that a server cannot be asked, once while the reason lasts, and that it answers again. */
import type { EndedRequest } from '../../kubernetes/ended-request.js'
import type { Log } from './log.js'

export class ServerTroubles {
  private readonly told = new Map<string, string>()
  /** Their last question failed, which a next one may tell more of. */
  private readonly doubted = new Set<string>()

  constructor(private readonly log: Log) {}

  /** A request of it ended. One question that failed is nothing yet: it is asked again. */
  ended(
    server: 'mayastor' | 'prometheus',
    { why, method, attempt }: Pick<EndedRequest, 'why' | 'method' | 'attempt'>,
  ): void {
    const isFirst = attempt === 1 && questions.includes(method) && !this.doubted.has(server)
    if (why === null) this.doubted.delete(server)
    else this.doubted.add(server)
    if (why !== null && isFirst) return
    const before = this.told.get(server) ?? null
    if (why === before) return
    if (why === null) {
      this.told.delete(server)
      this.log({ level: 'info', message: 'a server answers again', fields: { server } })
      return
    }
    this.told.set(server, why)
    this.log({ level: 'warn', message: 'a server does not answer', fields: { server, why } })
  }
}

const questions: readonly string[] = ['GET', 'POST']
