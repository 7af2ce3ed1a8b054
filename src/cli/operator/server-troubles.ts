/** Says that a server cannot be asked, once while the reason lasts, and that it answers again. */
import type { EndedRequest } from '../../kubernetes/ended-request.js'
import type { Log } from './log.js'

export class ServerTroubles {
  private readonly told = new Map<string, string>()

  constructor(private readonly log: Log) {}

  /** A request of it ended. A question is asked again before anything is said. */
  ended(
    server: 'mayastor' | 'prometheus',
    { why, method, attempt }: Pick<EndedRequest, 'why' | 'method' | 'attempt'>,
  ): void {
    if (why !== null && attempt === 1 && questions.includes(method)) return
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
