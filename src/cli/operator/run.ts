/** Runs `operator`: doors, lease, loop, and an end in which nothing of ours stays half done. */
import { Refused } from '../../core/errors.js'
import type { OperatorSettings } from '../../core/settings.js'
import type { Held, Lease } from '../../kubernetes/lease.js'
import { systemTiming } from '../../live/http/timing.js'
import { lawWatchedPorts } from '../../live/laws/law-watching.js'
import { runLoop } from '../../loop.js'
import type { Ended } from '../command.js'
import { beforeEnd } from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { ChosenLevel, logLevelOf, logTo } from './log.js'
import { type Operator, type OperatorFlags, openOperator } from './open.js'
import { Recorder } from './record.js'
import { type SettingFlags, settingsOf } from './settings.js'
import { openTracing, type Tracing } from './tracing.js'

export interface OperatorOptions extends OperatorFlags, SettingFlags {
  readonly dryRun: boolean
  readonly logLevel: string
  readonly logJson: boolean
  readonly record?: string
}

/** What a round and its last command may take when the program is to end. */
const lastRoundUs = 20_000_000

const readAgainUs = 1_000_000

/** Ends by a signal, by the loss of its lease, or by a defect. */
export async function operatorCommand(
  options: OperatorOptions,
  terminal: Terminal,
): Promise<Ended> {
  const settings = settingsOf(options, options.dryRun)
  let tracing: Tracing | null = null
  const level = new ChosenLevel(logLevelOf(options.logLevel))
  const log = logTo(text => terminal.note(text), {
    least: () => level.now(),
    isJson: options.logJson,
    nowUs: systemTiming.nowUs,
    more: fields => tracing?.traces.idsOf(fields) ?? {},
  })
  tracing = await openTracing(process.env, log)
  const operator = await openOperator(withUsual(options), settings, log, tracing)
  operator.world.onLogLevel(word => level.heard(word, log))
  const recorder = options.record === undefined ? null : new Recorder(options.record, settings, log)
  const ending = new AbortController()
  beforeEnd(async () => {
    ending.abort()
    await operator.endLeading(lastRoundUs)
    await operator.close()
    await recorder?.close()
    await tracing?.close()
  })
  try {
    return await lead(operator, { settings, recorder, tracing }, ending.signal)
  } finally {
    if (!ending.signal.aborted) {
      await operator.close()
      await recorder?.close()
      await tracing?.close()
    }
  }
}

interface HowToLead {
  readonly settings: OperatorSettings
  readonly recorder: Recorder | null
  readonly tracing: Tracing | null
}

/** Where their charts put them. */
function withUsual(options: OperatorOptions): OperatorOptions {
  const { mayastorNamespace: namespace } = options
  return {
    mayastorUrl: `http://mayastor-api-rest.${namespace}.svc.cluster.local:8081`,
    prometheusUrl: 'http://prometheus.monitoring.svc.cluster.local:9090',
    ...options,
  }
}

async function lead(operator: Operator, how: HowToLead, signal: AbortSignal): Promise<never> {
  await operator.listed()
  const held = await acquire(operator.lease, signal)
  const lost = held.lost.then(async why => {
    await operator.lost()
    throw leaseLost(why)
  })
  const asked = held.asked.then(by => giveTo(by, operator, signal))
  return Promise.race([leadAs(operator, held, how), lost, asked])
}

/** As at a signal, so that whoever asked finds nothing half done. */
async function giveTo(by: string, operator: Operator, signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await operator.endLeading(lastRoundUs)
  // A signal that comes now ends it in its own way.
  if (signal.aborted) return new Promise(() => {})
  throw leaseLost(`${by} asked for it, and it is given back`)
}

async function leadAs(
  operator: Operator,
  held: Held,
  { settings, recorder, tracing }: HowToLead,
): Promise<never> {
  await operator.took(held)
  const identity = { operator: operator.name, epoch: await epochAbove(operator, held) }
  const watchedBy = { operator: operator.name, settings, timing: operator.timing }
  const bare = lawWatchedPorts(operator.world.ports, watchedBy)
  const ports = tracing === null ? bare : tracing.traces.over(bare, identity.epoch)
  return runLoop(recorder === null ? ports : recorder.over(ports, identity), identity, settings)
}

/**
 * A lease that was deleted counts its holders anew, and the operator's record does not: whoever
 * leads has a higher epoch than stands there.
 */
async function epochAbove({ world }: Operator, held: Held): Promise<number> {
  while (held.holdsForUs() > 0) {
    const read = await world.ports.journal.operator()
    if (read.kind === 'read') return Math.max(held.epoch, read.stored.epoch + 1)
    await systemTiming.sleep(readAgainUs)
  }
  // Whoever lost it meanwhile ends by that.
  return new Promise(() => {})
}

/** Whoever is ended while waiting for the lease has nothing to take back. */
async function acquire(lease: Lease, signal: AbortSignal): Promise<Held> {
  try {
    return await lease.acquire(signal)
  } catch (error) {
    if (signal.aborted) return new Promise(() => {})
    throw error
  }
}

function leaseLost(why: string): Refused {
  const message = `the lease is lost: ${why}`
  const hint = 'nothing: whoever holds it goes on; the Deployment starts this one again'
  return new Refused([{ code: 'LEASE_LOST', message, where: {}, hint }])
}
