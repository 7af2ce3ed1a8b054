/** Runs `preview`: one round that reads, decides, and ends there. */
import { bytes, count, counted, duration } from '../../../reports/figures.js'
import { policiesOf } from '../../../sim/scenario/policies.js'
import { decide } from '../../core/decide.js'
import { Refused } from '../../core/errors.js'
import type { PolicyObject } from '../../core/resources.js'
import type { OperatorSettings } from '../../core/settings.js'
import { systemTiming, type Timing } from '../../live/http/timing.js'
import { factsAt, LiveInventory } from '../../live/inventory.js'
import { type JournalState, readJournal } from '../../live/journal.js'
import type { KubernetesAnswer } from '../../live/kubernetes-facts.js'
import { KubernetesWatch } from '../../live/kubernetes-watch.js'
import { MayastorClient } from '../../live/mayastor/client.js'
import { LiveMetrics } from '../../live/metrics.js'
import { PrometheusClient, usualPrometheus } from '../../live/prometheus/client.js'
import { absorbCounters, newMemory } from '../../loop/observe.js'
import type { ClusterFlags } from '../cluster/flags.js'
import { kubernetesApi, kubernetesMissing } from '../cluster/kubernetes.js'
import { mayastorHttp, prometheusHttp } from '../cluster/servers.js'
import type { Ended } from '../command.js'
import { type SettingFlags, settingsOf } from '../operator/settings.js'
import { timeOf } from '../operator/time.js'
import { loadPolicies } from '../scenario/policies.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { type Preview, previewOf } from './document.js'

export interface PreviewOptions extends ClusterFlags, SettingFlags {
  readonly policy?: readonly string[]
  readonly namespace: string
  readonly clock?: string
  readonly json: boolean
}

/** Of files; one that names a code needs its ErasureCodingPolicy beside it. */
function policiesIn(files: readonly string[]): readonly PolicyObject[] {
  const { policies, problems } = policiesOf(loadPolicies(files))
  if (problems.length === 0) return policies
  const errors = problems.map(({ path, ...error }) => ({ ...error, where: { field: path } }))
  throw new Refused(errors)
}

/** A person waits for the first whole lists. */
const patienceUs = 30_000_000

export async function previewCommand(options: PreviewOptions, terminal: Terminal): Promise<Ended> {
  const preview = await previewed(options, text => terminal.note(text))
  if (options.json) terminal.answer(JSON.stringify(documentOf('preview', preview)))
  else for (const line of linesOf(preview)) terminal.answer(line)
  return preview.volumes.length > 0 ? 1 : 0
}

async function previewed(options: PreviewOptions, note: (text: string) => void): Promise<Preview> {
  // It ends where commands would begin.
  const settings = settingsOf(options, false)
  const given = options.policy === undefined ? null : policiesIn(options.policy)
  const toMayastor = mayastorHttp(options, systemTiming)
  const toPrometheus = prometheusHttp(options, systemTiming)
  const api = await kubernetesApi(options, systemTiming)
  const watch = new KubernetesWatch(api, systemTiming, given === null ? 'watched' : given)
  watch.start()
  const time = timeOf(options.clock)
  try {
    await time.begin()
    await listed(watch)
    const { timing, isByHand } = time
    const facts = (): KubernetesAnswer => factsAt(watch.answer(), isByHand ? timing.nowUs() : null)
    const inventory = new LiveInventory(new MayastorClient(toMayastor), facts, timing)
    const skew = isByHand ? { mostSkewUs: null } : {}
    const prometheus = new PrometheusClient(toPrometheus, timing, { ...usualPrometheus, ...skew })
    const metrics = new LiveMetrics(prometheus, timing)
    const journal = await readJournal(api, options.namespace)
    if (journal.kind === 'unavailable') throw kubernetesMissing(journal.why)
    return await round({ inventory, metrics, settings, journal: journal.stored, timing, note })
  } finally {
    await time.end()
    await watch.stop()
    api.close()
    toMayastor.close()
    toPrometheus.close()
  }
}

interface PreviewParts {
  readonly inventory: LiveInventory
  readonly metrics: LiveMetrics
  readonly settings: OperatorSettings
  readonly journal: JournalState
  readonly timing: Timing
  readonly note: (text: string) => void
}

/** The first half of the loop's round: observe and decide. */
async function round({
  inventory,
  metrics,
  settings,
  journal,
  timing,
  note,
}: PreviewParts): Promise<Preview> {
  const observed = await inventory.observe()
  if (observed.kind === 'unavailable') {
    const hint = 'check --mayastor-url, and what doctor says'
    const { why: message } = observed
    throw new Refused([{ code: 'CLUSTER_MISSING', message, where: {}, hint }])
  }
  const { observation } = observed
  const memory = newMemory(settings)
  await absorbCounters(
    { metrics: told(metrics, note), clock: { now: timing.nowUs } },
    memory,
    observation.policies,
  )
  const nowUs = timing.nowUs()
  return previewOf(
    decide({ nowUs, observation, heat: memory.heat, settings, memory: memory.decide, ...journal }),
  )
}

/** Why heat is not known is worth more to a person than that it is not. */
function told(metrics: LiveMetrics, note: (text: string) => void): Pick<LiveMetrics, 'counters'> {
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

function linesOf({ volumes, blocked }: Preview): readonly string[] {
  const moving = volumes.map(one => {
    const heat = one.heat === null ? 'heat unknown' : `${count(one.heat)} IOPS`
    const expected = one.expectedDurationS
    const takes = expected === null ? '' : `, about ${duration(expected * 1_000_000)}`
    const way = `${one.from} → ${one.to ?? one.from}`
    const size = bytes(one.bytes)
    return `  ${one.claim ?? one.volume}: ${way}, ${heat}, ${size}${takes} [${one.reason}]`
  })
  const held = Object.entries(blocked).map(([reason, group]) => {
    const many = counted(group.volumes, 'volume', 'volumes')
    return `  ${reason}: ${many}, ${bytes(group.bytes)}: ${group.remedy}`
  })
  return [
    moving.length === 0 ? 'Nothing would move now' : 'Would move now',
    ...moving,
    ...(held.length === 0 ? [] : ['Held back', ...held]),
  ]
}
