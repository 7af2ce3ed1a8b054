/** Runs `doctor`: the figures as lines for a person, or as a document for scripts. */
import { bytes, count, counted } from '../../../reports/figures.js'
import { formatDuration } from '../../core/duration.js'
import { systemTiming } from '../../live/http/timing.js'
import { PrometheusClient } from '../../live/prometheus/client.js'
import type { ClusterFlags } from '../cluster/flags.js'
import { openMayastor } from '../cluster/mayastor.js'
import { prometheusHttp } from '../cluster/servers.js'
import type { Ended } from '../command.js'
import { spanOf } from '../operator/settings.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import {
  examine,
  type Findings,
  type MayastorFigures,
  type PrometheusFigures,
  type Windows,
} from './examine.js'
import { type KubernetesLook, lookAtKubernetes } from './kubernetes.js'
import { kubernetesLines } from './kubernetes-lines.js'
import { missingOfKubernetes } from './missing-kubernetes.js'

export interface DoctorOptions extends ClusterFlags {
  readonly namespace: string
  readonly samplingWindow: string
  readonly scrapeInterval: string
  readonly json: boolean
}

export async function doctorCommand(options: DoctorOptions, terminal: Terminal): Promise<Ended> {
  const windows: Windows = {
    samplingWindowUs: spanOf(options.samplingWindow, '--sampling-window'),
    scrapeIntervalUs: spanOf(options.scrapeInterval, '--scrape-interval'),
  }
  const mayastor = await openMayastor(options, null)
  const toPrometheus = prometheusHttp(options, systemTiming)
  try {
    const prometheus = new PrometheusClient(toPrometheus, systemTiming)
    const seen = await examine(mayastor, prometheus, windows, systemTiming)
    const look = await lookAtKubernetes(options, mayastor, systemTiming)
    const findings = together(seen, look)
    if (options.json) terminal.answer(JSON.stringify(documentOf('doctor', findings)))
    else for (const line of linesOf(findings, look)) terminal.answer(line)
  } finally {
    mayastor.close()
    toPrometheus.close()
  }
  return 0
}

function together(seen: Omit<Findings, 'kubernetes'>, look: KubernetesLook): Findings {
  if (look.kind === 'not-seen') return { ...seen, kubernetes: null }
  const { figures } = look
  const missing = [...seen.missing, ...missingOfKubernetes(figures)]
  return { ...seen, kubernetes: figures, missing }
}

function linesOf(findings: Findings, look: KubernetesLook): readonly string[] {
  const { mayastor, prometheus, missing } = findings
  const gaps = missing.map(({ what, remedy }) => `  ${what}: ${remedy}`)
  return [
    ...mayastorLines(mayastor),
    ...prometheusLines(prometheus),
    ...kubernetesLines(look),
    ...(gaps.length === 0 ? ['Nothing else is missing'] : ['Missing', ...gaps]),
  ]
}

function mayastorLines({ url, versions, nodes, pools, volumes }: MayastorFigures) {
  const told = versions.map(one => {
    const version = one.version === '' ? 'no version' : one.version
    return `${version} on ${counted(one.nodes, 'node', 'nodes')}`
  })
  const used = `${bytes(pools.usedBytes)} of ${bytes(pools.capacityBytes)} used`
  return [
    `Mayastor at ${url}`,
    `  versions: ${told.join(', ')}`,
    `  nodes: ${nodes.total}, ${nodes.online} online, ${nodes.cordoned} cordoned`,
    `  pools: ${pools.total}, ${pools.online} online, ${pools.cordoned} cordoned, ${used}`,
    `  volumes: ${count(volumes.total)} of ${bytes(volumes.bytes)},` +
      ` ${count(volumes.published)} published, ${count(volumes.whole)} of them whole`,
  ]
}

function prometheusLines(figures: PrometheusFigures) {
  const { url, version, metrics, series, volumes, heatKnownVolumes } = figures
  const window = formatDuration(figures.samplingWindowUs)
  return [
    `Prometheus at ${url}${version === null ? '' : `, version ${version}`}`,
    `  ${metrics.join(', ')}: ${counted(series, 'series', 'series')} of` +
      ` ${counted(volumes, 'volume', 'volumes')} within ${window}`,
    `  heat is known of ${counted(heatKnownVolumes, 'volume', 'volumes')}`,
  ]
}
