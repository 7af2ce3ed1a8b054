/** One round of an operator over a live cluster, which reads, decides, and ends there. */
import { decide, type RoundOutput } from '../../core/decide.js'
import type { PolicyObject } from '../../core/resources.js'
import type { OperatorSettings } from '../../core/settings.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import type { HttpClient } from '../../live/http/client.js'
import { systemTiming } from '../../live/http/timing.js'
import { factsAt, LiveInventory } from '../../live/inventory.js'
import { type JournalState, readJournal } from '../../live/journal.js'
import type { KubernetesAnswer } from '../../live/kubernetes-facts.js'
import { KubernetesWatch } from '../../live/kubernetes-watch.js'
import type { Mayastor } from '../../live/mayastor/mayastor.js'
import { LiveMetrics } from '../../live/metrics.js'
import { PrometheusClient, usualPrometheus } from '../../live/prometheus/client.js'
import { absorbCounters, newMemory } from '../../loop/observe.js'
import type { Metrics, Ports } from '../../ports.js'
import { type SettingFlags, settingsOf } from '../operator/settings.js'
import { type OperatorTime, timeOf } from '../operator/time.js'
import type { ClusterFlags } from './flags.js'
import { kubernetesApi, kubernetesMissing } from './kubernetes.js'
import { mayastorMissing, openMayastor } from './mayastor.js'
import { prometheusHttp } from './servers.js'

export interface RoundFlags extends ClusterFlags, SettingFlags {
  /** Of an operator that is installed. */
  readonly namespace: string
  readonly clock?: string
}

export interface OneRound {
  readonly output: RoundOutput
  readonly journal: JournalState
  readonly atUs: number
}

type Policies = 'watched' | readonly PolicyObject[]
type Note = (text: string) => void

/** A person waits for the first whole lists. */
const patienceUs = 30_000_000

/** Refuses with CLUSTER_MISSING; why heat is not known is noted. */
export async function oneRound(
  flags: RoundFlags,
  policies: Policies,
  note: Note,
): Promise<OneRound> {
  // It ends where commands begin, and is no dry run: that is a reason to move nothing.
  const settings = settingsOf(flags, false)
  const api = await kubernetesApi(flags, systemTiming)
  const mayastor = await openMayastor(flags, null)
  const prometheus = prometheusHttp(flags, systemTiming)
  const watch = new KubernetesWatch(api, systemTiming, policies)
  watch.start()
  const time = timeOf(flags.clock)
  try {
    await time.begin()
    await listed(watch)
    const journal = await readJournal(api, flags.namespace)
    if (journal.kind === 'unavailable') throw kubernetesMissing(journal.why)
    const ports = portsOf({ api, mayastor, prometheus }, watch, time, note)
    const atUs = time.timing.nowUs()
    const output = await round(ports, settings, journal.stored, mayastor)
    for (const fault of mayastor.faults()) note(fault)
    return { output, journal: journal.stored, atUs }
  } finally {
    await time.end()
    await watch.stop()
    for (const one of [api, mayastor, prometheus]) one.close()
  }
}

type Looking = Pick<Ports, 'inventory' | 'metrics'> & {
  readonly clock: Pick<Ports['clock'], 'now'>
}

function portsOf(
  servers: {
    readonly api: KubernetesApi
    readonly mayastor: Mayastor
    readonly prometheus: HttpClient
  },
  watch: KubernetesWatch,
  { timing, isByHand }: OperatorTime,
  note: Note,
): Looking {
  const facts = (): KubernetesAnswer => factsAt(watch.answer(), isByHand ? timing.nowUs() : null)
  const skew = isByHand ? { mostSkewUs: null } : {}
  const asked = new PrometheusClient(servers.prometheus, timing, { ...usualPrometheus, ...skew })
  return {
    inventory: new LiveInventory(servers.mayastor, facts, timing),
    metrics: told(new LiveMetrics(asked, timing), note),
    clock: { now: timing.nowUs },
  }
}

/** The first half of the loop's round, by an operator that remembers nothing. */
async function round(
  { inventory, metrics, clock }: Looking,
  settings: OperatorSettings,
  journal: JournalState,
  mayastor: Mayastor,
): Promise<RoundOutput> {
  const observed = await inventory.observe()
  if (observed.kind === 'unavailable') throw mayastorMissing(mayastor, observed.why)
  const { observation } = observed
  const memory = newMemory(settings)
  await absorbCounters({ metrics, clock }, memory, observation.policies)
  const { heat, decide: kept } = memory
  return decide({ nowUs: clock.now(), observation, heat, settings, memory: kept, ...journal })
}

/** Why heat is not known is worth more to a person than that it is not. */
function told(metrics: Metrics, note: Note): Metrics {
  return {
    async counters(query) {
      const answer = await metrics.counters(query)
      if (answer.kind === 'unavailable') note(`no heat is known: ${answer.why}`)
      return answer
    },
  }
}

/** Waits for whole lists, for so long as a person does. */
async function listed(watch: KubernetesWatch): Promise<void> {
  const ending = new AbortController()
  const late = systemTiming.sleep(patienceUs, ending.signal).then(
    () => 'late' as const,
    () => 'ended' as const,
  )
  const first = await Promise.race([watch.whenListed(), late])
  ending.abort()
  if (first !== 'late') return
  const answer = watch.answer()
  throw kubernetesMissing(answer.kind === 'unavailable' ? answer.why : 'it does not answer')
}
