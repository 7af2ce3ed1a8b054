/** What an operator says of itself at /metrics. Each look begins the next maximum of the loop. */
import { firstSaid, type Running, until } from './running.js'

export interface Metrics {
  readonly rounds: number
  readonly roundSeconds: number
  /** In the index; null before they were counted. */
  readonly stripes: number | null
  readonly residentMiB: number
  /** The longest that the event loop stood since the last look, and at most `lookMs` more. */
  readonly blockedMs: number
}

/** How often prom-client looks at the loop. */
export const lookMs = 10

export async function metricsOf(operator: Running): Promise<Metrics> {
  const { fields } = await firstSaid(operator, 'listening')
  const text = await (await fetch(`${fields.metrics}/metrics`)).text()
  return {
    rounds: valueIn(text, 'couchestor_round_duration_seconds_count'),
    roundSeconds: valueIn(text, 'couchestor_round_duration_seconds_sum'),
    stripes: stripesIn(text),
    residentMiB: valueIn(text, 'process_resident_memory_bytes') / 1_048_576,
    blockedMs: valueIn(text, 'nodejs_eventloop_lag_max_seconds') * 1000,
  }
}

/** When so many are over. The longest block is that of all looks on the way. */
export function roundsDone(operator: Running, rounds: number): Promise<Metrics> {
  let blockedMs = 0
  return until(
    async () => {
      const metrics = await metricsOf(operator)
      blockedMs = Math.max(blockedMs, metrics.blockedMs)
      return metrics.rounds >= rounds ? { ...metrics, blockedMs } : null
    },
    `round ${rounds}`,
    operator,
  )
}

function valueIn(text: string, name: string): number {
  const line = text.split('\n').find(one => one.startsWith(`${name} `))
  if (line === undefined) throw new Error(`the operator has no metric ${name}`)
  return Number(line.slice(name.length + 1))
}

function stripesIn(text: string): number | null {
  const lines = text.split('\n').filter(one => one.startsWith('couchestor_stripes{'))
  if (lines.length === 0) return null
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
