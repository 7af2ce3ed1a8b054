/** Runs `operator`: doors, lease, loop, and an end in which nothing of ours stays half done. */
import { Refused } from '../../core/errors.js'
import type { OperatorSettings } from '../../core/settings.js'
import type { Held, Lease } from '../../kubernetes/lease.js'
import { systemTiming } from '../../live/http/timing.js'
import { runLoop } from '../../loop.js'
import type { Ended } from '../command.js'
import { beforeEnd } from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { logLevelOf, logTo } from './log.js'
import { type Operator, type OperatorFlags, openOperator } from './open.js'
import { type SettingFlags, settingsOf } from './settings.js'

export interface OperatorOptions extends OperatorFlags, SettingFlags {
  readonly dryRun: boolean
  readonly logLevel: string
  readonly logJson: boolean
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
  const log = logTo(text => terminal.note(text), {
    least: logLevelOf(options.logLevel),
    isJson: options.logJson,
    nowUs: systemTiming.nowUs,
  })
  const operator = await openOperator(withUsual(options), settings, log)
  const ending = new AbortController()
  beforeEnd(async () => {
    ending.abort()
    await operator.endLeading(lastRoundUs)
    await operator.close()
  })
  try {
    return await lead(operator, settings, ending.signal)
  } finally {
    if (!ending.signal.aborted) await operator.close()
  }
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

async function lead(
  operator: Operator,
  settings: OperatorSettings,
  signal: AbortSignal,
): Promise<never> {
  await operator.listed()
  const held = await acquire(operator.lease, signal)
  await operator.took(held)
  const identity = { operator: operator.name, epoch: await epochAbove(operator, held.epoch) }
  const lost = held.lost.then(why => {
    throw leaseLost(why)
  })
  return Promise.race([runLoop(operator.world.ports, identity, settings), lost])
}

/**
 * A lease that was deleted counts its holders anew, and the operator's record does not: whoever
 * leads has a higher epoch than stands there.
 */
async function epochAbove({ world }: Operator, ofLease: number): Promise<number> {
  for (;;) {
    const read = await world.ports.journal.operator()
    if (read.kind === 'read') return Math.max(ofLease, read.stored.epoch + 1)
    await systemTiming.sleep(readAgainUs)
  }
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
