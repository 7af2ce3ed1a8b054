/**
 * An operator over so many volumes, whose time is moved by hand: its first round, in which it reads
 * the whole sampling window and tells each volume's decision, and rounds in which nothing changes.
 */
import { startCluster } from './cluster.js'
import { historyUs, roundIntervalUs } from './fleet.js'
import { type Metrics, metricsOf, roundsDone } from './metrics.js'
import { type Running, saidBy, until } from './running.js'

export interface RoundFigures {
  readonly volumes: number
  readonly publishedUs: number
  readonly firstAnswerBytes: number
  /** From Prometheus' answer until the last decision, status and record is written. */
  readonly firstRoundUs: number
  readonly firstBlockedMs: number
  readonly idleRounds: number
  readonly idleRoundMs: number
  readonly idleBlockedMs: number
  readonly idleQueries: number
  /** What was written in them, as the API server tells it. */
  readonly idleWrites: readonly string[]
  readonly residentMiB: number
}

/** After the first one something may settle. */
const settlingRounds = 2
const idleRounds = 10

export async function measureRounds(volumes: number): Promise<RoundFigures> {
  const cluster = await startCluster(volumes, 'by-hand')
  const { audit, door, publishedUs } = cluster
  try {
    await cluster.advance(historyUs)
    const operator = cluster.operator()
    const first = await roundsDone(operator, 1)
    const [answer] = door.asked
    const lastUs = Math.max(
      await lastDecisionUs(operator, volumes),
      ...audit.written().map(one => one.atUs),
    )
    const rounds = async (count: number, from: Metrics): Promise<Metrics> => {
      await cluster.advance(count * roundIntervalUs)
      return roundsDone(operator, from.rounds + count)
    }
    await rounds(settlingRounds, first)
    const before = { metrics: await metricsOf(operator), asked: door.asked.length }
    const writtenBefore = audit.written().length
    const after = await rounds(idleRounds, before.metrics)
    const done = after.rounds - before.metrics.rounds
    const figures = {
      firstAnswerBytes: answer.bytes,
      firstRoundUs: lastUs - answer.answeredUs,
      firstBlockedMs: first.blockedMs,
      idleRounds: done,
      idleRoundMs: ((after.roundSeconds - before.metrics.roundSeconds) * 1000) / done,
      idleBlockedMs: after.blockedMs,
      idleQueries: door.asked.length - before.asked,
      idleWrites: audit
        .written()
        .slice(writtenBefore)
        .map(one => one.what),
      residentMiB: after.residentMiB,
    }
    await operator.end('SIGTERM')
    return { volumes, publishedUs, ...figures }
  } finally {
    await cluster.stop()
  }
}

/** All are told anew by an operator that has just begun. */
async function lastDecisionUs(operator: Running, volumes: number): Promise<number> {
  const told = await until(
    () => {
      const lines = saidBy(operator, 'decision')
      return lines.length >= volumes ? lines : null
    },
    `${volumes} decisions`,
    operator,
  )
  return Math.max(...told.map(one => one.atUs))
}
