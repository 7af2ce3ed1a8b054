/**
 * The clock of a twin on the wire, for tests: time stands while this operator is awake, and each of
 * its sleeps ends where the twin says. What is not the loop's (the lease, the watches, retries)
 * keeps real time.
 */
import type { Clock } from '../ports.js'
import type { HttpClient } from './http/client.js'
import { checkOf, count, object, text } from './shape.js'

const told = checkOf(object({ nowUs: count }, { woken: text }))

export class TwinClock implements Clock {
  private atUs = 0

  constructor(
    private readonly twin: HttpClient,
    private readonly party: string,
  ) {}

  /** From now on the twin's time stands while this party is awake. */
  async join(): Promise<void> {
    await this.ask('PUT', `/parties/${this.party}`)
  }

  async leave(): Promise<void> {
    await this.ask('DELETE', `/parties/${this.party}`)
  }

  now(): number {
    return this.atUs
  }

  async sleepUntil(untilUs: number): Promise<'time' | 'woken'> {
    await this.ask('POST', '/sleep', { party: this.party, untilUs })
    return this.atUs < untilUs ? 'woken' : 'time'
  }

  private async ask(method: 'PUT' | 'POST' | 'DELETE', path: string, document?: object) {
    const request = document === undefined ? { method, path } : { method, path, document }
    const answer = await this.twin.change(request)
    if (answer.kind === 'failed') throw new Error(`the twin at ${this.twin.url}: ${answer.why}`)
    const read = told(parsed(answer.text))
    if (answer.status !== 200 || read.kind === 'invalid') {
      throw new Error(`the twin at ${this.twin.url} answers ${answer.status}: ${answer.text}`)
    }
    this.atUs = Math.max(this.atUs, read.value.nowUs)
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
