/** Looks at what an operator needs: the figures of Mayastor and Prometheus, and what is missing. */
import { type OperatingError, Refused } from '../../core/errors.js'
import { isSynced } from '../../core/health.js'
import { HeatWindow } from '../../core/heat.js'
import { versionRow } from '../../core/versions.js'
import type { Timing } from '../../live/http/timing.js'
import type { MayastorCluster } from '../../live/mayastor/client.js'
import type { Mayastor } from '../../live/mayastor/mayastor.js'
import type { MayastorVolume } from '../../live/mayastor/model.js'
import type { PrometheusClient } from '../../live/prometheus/client.js'
import { expressionOf, mayastorNames } from '../../live/prometheus/expression.js'
import { SeriesBook } from '../../live/prometheus/series-book.js'
import type { KubernetesFigures } from './kubernetes.js'
import { type Missing, missingOf, ofFaults } from './missing.js'

export type Support = 'nothing' | 'nodes' | 'pools' | 'too-old' | 'unreadable'

export interface MayastorFigures {
  readonly url: string
  /** `steers`: how a destination is kept from Mayastor's choice, or why the version is no use. */
  readonly versions: readonly {
    readonly version: string
    readonly nodes: number
    readonly steers: Support
  }[]
  readonly nodes: {
    readonly total: number
    readonly online: number
    readonly cordoned: number
    readonly draining: number
  }
  readonly pools: {
    readonly total: number
    readonly online: number
    readonly cordoned: number
    /** Without a label of a person's. */
    readonly unlabelled: number
    readonly capacityBytes: number
    readonly usedBytes: number
  }
  readonly volumes: {
    readonly total: number
    readonly published: number
    /** Published, with every replica that is wanted synced. */
    readonly whole: number
    readonly snapshotted: number
    readonly bytes: number
  }
}

export interface PrometheusFigures {
  readonly url: string
  readonly version: string | null
  readonly metrics: readonly string[]
  readonly series: number
  readonly volumes: number
  readonly samplingWindowUs: number
  readonly pointIntervalUs: number
  /** Of Mayastor's published volumes: covered by at least 80 % of the window. */
  readonly heatKnownVolumes: number
  /** Published, and without a single sample. */
  readonly silentVolumes: number
}

export interface Findings {
  readonly mayastor: MayastorFigures
  readonly prometheus: PrometheusFigures
  /** Null: there was none to look at. */
  readonly kubernetes: KubernetesFigures | null
  readonly missing: readonly Missing[]
}

export interface Windows {
  readonly samplingWindowUs: number
  readonly scrapeIntervalUs: number
}

/** As a policy has it unless it says otherwise. */
const coveragePercent = 80

export async function examine(
  mayastor: Mayastor,
  prometheus: PrometheusClient,
  windows: Windows,
  timing: Pick<Timing, 'nowUs'>,
): Promise<Omit<Findings, 'kubernetes'>> {
  const heat = new HeatWindow(windows.samplingWindowUs, windows.scrapeIntervalUs)
  const [cluster, counters] = await Promise.all([
    mayastor.cluster(),
    absorb(prometheus, heat, timing.nowUs()),
  ])
  const errors: OperatingError[] = []
  if (cluster.kind !== 'read') {
    const message = cluster.kind === 'gone' ? mayastor.absent : cluster.why
    errors.push({ code: 'CLUSTER_MISSING', message, where: {}, hint: mayastor.hint })
  }
  if (counters.kind === 'unavailable') {
    const hint = 'check --prometheus-url'
    errors.push({ code: 'METRICS_MISSING', message: counters.why, where: {}, hint })
  }
  if (cluster.kind !== 'read' || counters.kind === 'unavailable') throw new Refused(errors)
  const seen = mayastorFigures(mayastor.url, cluster.value)
  const figures: PrometheusFigures = {
    url: prometheus.url,
    version: await prometheus.version(),
    metrics: [mayastorNames.readOperations, mayastorNames.writeOperations],
    series: counters.series,
    volumes: counters.volumes,
    samplingWindowUs: windows.samplingWindowUs,
    pointIntervalUs: heat.stepUs,
    ...heatOf(cluster.value.volumes, heat),
  }
  const missing = [...missingOf(seen, figures), ...ofFaults(mayastor.faults())]
  return { mayastor: seen, prometheus: figures, missing }
}

type Absorbed =
  | { readonly kind: 'absorbed'; readonly series: number; readonly volumes: number }
  | { readonly kind: 'unavailable'; readonly why: string }

/** The operator's own query, over the whole window; no series at all is an answer here. */
async function absorb(
  prometheus: PrometheusClient,
  heat: HeatWindow,
  nowUs: number,
): Promise<Absorbed> {
  const query = heat.query(nowUs)
  const expression = query === null ? null : expressionOf(mayastorNames, query)
  if (query === null || expression === null) return unreadable(prometheus.url)
  const answer = await prometheus.matrix(expression, query.untilUs)
  if (answer.kind === 'unavailable') return answer
  const columns = new SeriesBook(mayastorNames).columns(answer.series, query)
  if (columns === null) return unreadable(prometheus.url)
  heat.absorb(columns, query.untilUs)
  const volumes = new Set(columns.series.map(series => series.volume)).size
  return { kind: 'absorbed', series: columns.series.length, volumes }
}

function unreadable(url: string): Absorbed {
  return { kind: 'unavailable', why: `Prometheus at ${url} answers what is no number` }
}

function heatOf(
  volumes: readonly MayastorVolume[],
  heat: HeatWindow,
): Pick<PrometheusFigures, 'heatKnownVolumes' | 'silentVolumes'> {
  const published = volumes.filter(volume => volume.target !== null)
  const indexes = published.map(volume => heat.indexOf(volume.id))
  return {
    heatKnownVolumes: indexes.filter(index => heat.isKnown(index, coveragePercent)).length,
    silentVolumes: indexes.filter(index => index < 0).length,
  }
}

function mayastorFigures(url: string, cluster: MayastorCluster): MayastorFigures {
  const { nodes, pools, volumes } = cluster
  const versions = [...new Set(nodes.map(node => node.version))].map(version => ({
    version,
    nodes: nodes.filter(node => node.version === version).length,
    steers: supportOf(version),
  }))
  const published = volumes.filter(volume => volume.target !== null)
  return {
    url,
    versions,
    nodes: {
      total: nodes.length,
      online: nodes.filter(node => node.status === 'online').length,
      cordoned: nodes.filter(node => node.cordonLabels.length > 0).length,
      draining: nodes.filter(node => node.draining).length,
    },
    pools: {
      total: pools.length,
      online: pools.filter(pool => pool.status === 'online').length,
      cordoned: pools.filter(pool => pool.cordon !== null).length,
      unlabelled: pools.filter(pool => !isLabelled(pool.schedulerLabels)).length,
      capacityBytes: sum(pools.map(pool => pool.capacityBytes)),
      usedBytes: sum(pools.map(pool => pool.usedBytes)),
    },
    volumes: {
      total: volumes.length,
      published: published.length,
      whole: published.filter(isWhole).length,
      snapshotted: volumes.filter(volume => volume.snapshots > 0).length,
      bytes: sum(volumes.map(volume => volume.sizeBytes)),
    },
  }
}

function supportOf(version: string): Support {
  const answer = versionRow(version)
  if (answer.kind === 'too-old' || answer.kind === 'unreadable') return answer.kind
  return answer.row.steersDestination
}

/** DiskPools carry a label of Mayastor's own, which tells no tier. */
function isLabelled(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).some(key => key !== 'openebs.io/created-by')
}

function isWhole({ replicas, replicaCount }: MayastorVolume): boolean {
  return replicas.filter(isSynced).length >= replicaCount
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
