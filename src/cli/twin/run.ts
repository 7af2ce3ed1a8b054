/** Runs `twin`: from the scenario to servers that answer until somebody ends them. */
import { planRun, policiesOf } from '../../../sim/baselines.js'
import { openWorkload } from '../../../sim/open-workload.js'
import { WireTwin } from '../../../sim/wire/twin.js'
import type { TraceSource } from '../../../traces/batch.js'
import { formatInstant } from '../../core/instant.js'
import { systemTiming } from '../../live/http/timing.js'
import type { KubernetesFlags } from '../cluster/flags.js'
import { kubernetesApi, kubernetesMissing } from '../cluster/kubernetes.js'
import type { Ended } from '../command.js'
import * as interrupt from '../interrupt.js'
import {
  changed,
  type LoadedScenario,
  loadScenarioFile,
  located,
  scenarioOf,
} from '../scenario/load.js'
import { planned } from '../simulate/variants.js'
import type { Terminal } from '../terminal.js'
import { parseAddress } from './address.js'
import { publish } from './publish.js'
import { serve } from './server.js'
import { follow, parseSpeed, type Speed } from './speed.js'

export interface TwinOptions extends KubernetesFlags {
  readonly listen: string
  readonly publish: boolean
  readonly speed: string
}

/** Ends by a signal, or by a defect. */
export async function twinCommand(
  file: string,
  options: TwinOptions,
  terminal: Terminal,
): Promise<Ended> {
  const twin = await startTwin(file, options, terminal)
  terminal.answer(twin.says)
  try {
    return await twin.ended
  } finally {
    await twin.close()
  }
}

export interface RunningTwin {
  readonly origin: string
  /** The line that tells that it is ready. */
  readonly says: string
  /** Never, but by a defect. */
  readonly ended: Promise<never>
  close(): Promise<void>
}

export async function startTwin(
  file: string,
  options: TwinOptions,
  terminal: Terminal,
): Promise<RunningTwin> {
  const address = parseAddress(options.listen, '--listen')
  const speed = parseSpeed(options.speed)
  const loaded = startingWith(loadScenarioFile(file), speed)
  let fail: (error: unknown) => void = () => {}
  const ended = new Promise<never>((_, reject) => {
    fail = reject
  })
  // Whoever waits for it hears of it; nobody may wait before.
  ended.catch(() => {})
  const { twin, source } = await twinOf(loaded, speed, error => fail(error), terminal)
  const served = await serve(address, {
    answer: request => twin.answer(request),
    realMs: virtualUs => virtualUs / (1000 * speed.times),
    failed: error => terminal.note(`an answer could not be made: ${String(error)}`),
  })
  const stop = follow(twin.clock, speed)
  if (options.publish) await published(options, twin)
  return {
    origin: served.origin,
    says: `${loaded.name} listens on ${served.origin}, ${speed.says}`,
    ended,
    async close() {
      stop()
      await served.close()
      await twin.close()
      source.close()
    },
  }
}

async function published(flags: KubernetesFlags, twin: WireTwin): Promise<void> {
  const api = await kubernetesApi(flags, systemTiming)
  try {
    const why = await publish(api, twin.published())
    if (why !== null) throw kubernetesMissing(`it does not take what the twin publishes: ${why}`)
  } finally {
    api.close()
  }
}

/** In real time it begins at this second, so that its clock is everybody's. */
function startingWith(loaded: LoadedScenario, { pace, times }: Speed): LoadedScenario {
  if (pace !== 'paced' || times !== 1) return loaded
  const nowUs = Math.floor(Date.now() / 1000) * 1_000_000
  return changed(loaded, `start=${formatInstant(nowUs)}`, '--speed')
}

async function twinOf(
  loaded: LoadedScenario,
  { pace }: Speed,
  failed: (error: unknown) => void,
  terminal: Terminal,
): Promise<{ readonly twin: WireTwin; readonly source: TraceSource }> {
  const scenario = scenarioOf(loaded)
  if (scenario.faults.some(fault => fault.kind === 'operator')) {
    terminal.note('faults of the operator are left out: none runs in here')
  }
  const plan = planned(planRun(scenario, loaded.name, policiesOf(scenario)), loaded)
  const locate = (file: string): string => located(loaded.directory, file)
  const source = await openWorkload(scenario, locate, interrupt)
  return { twin: new WireTwin({ scenario, plan, source, pace, failed }), source }
}
