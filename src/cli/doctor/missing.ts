/** What stands in an operator's way, each with what a person can do. */
import { counted } from '../../../reports/figures.js'
import { behindObjects } from '../../core/versions.js'
import type { MayastorFigures, PrometheusFigures } from './examine.js'

export interface Missing {
  readonly what: string
  readonly remedy: string
}

export function missingOf(
  mayastor: MayastorFigures,
  prometheus: PrometheusFigures,
): readonly Missing[] {
  return [...ofCluster(mayastor), ...ofVolumes(mayastor), ...ofCounters(mayastor, prometheus)]
}

/** Objects that are refused: each sentence says what to do, behind its colon. */
export function ofFaults(faults: readonly string[]): readonly Missing[] {
  return faults.map(fault => {
    const cut = fault.lastIndexOf(': ')
    return { what: fault.slice(0, cut), remedy: fault.slice(cut + 2) }
  })
}

function ofCluster({ versions, nodes, pools }: MayastorFigures): readonly Missing[] {
  const found: Missing[] = []
  const unsteered = versions.filter(({ steers }) => steers !== 'nodes' && steers !== 'pools')
  for (const { version } of unsteered) {
    const what = `Mayastor ${version === '' ? 'without a version' : version} cannot be steered`
    const remedy =
      version === behindObjects.version
        ? '--volumes-from rest with Mayastor 2.10: until then only --preservation-mode adds copies'
        : 'upgrade to 2.10: until then nothing is moved'
    found.push({ what, remedy })
  }
  if (versions.length > 1) {
    const remedy = 'finish the upgrade: until then no move starts'
    found.push({ what: 'nodes report different versions', remedy })
  }
  const offline = nodes.total - nodes.online
  if (offline > 0) {
    const what = `${counted(offline, 'node is', 'nodes are')} not online`
    found.push({ what, remedy: 'repair them: until then no move starts' })
  }
  if (nodes.draining > 0) {
    const what = `${counted(nodes.draining, 'node is', 'nodes are')} draining`
    found.push({ what, remedy: 'wait for the drain, or end it: until then no move starts' })
  }
  const faulty = pools.total - pools.online
  if (faulty > 0) {
    const what = `${counted(faulty, 'pool is', 'pools are')} not online`
    found.push({ what, remedy: 'repair them: until then no move starts' })
  }
  if (pools.total === 0) found.push({ what: 'there is no pool', remedy: 'create DiskPools' })
  // Behind objects the labels of tiers are those of their metadata: the lines of policies count.
  const isToldByPolicies = versions.some(one => one.version === behindObjects.version)
  if (pools.unlabelled > 0 && !isToldByPolicies) {
    const what = `${counted(pools.unlabelled, 'pool has', 'pools have')} no label of a tier`
    const remedy = 'label them, as storage-tier: hot; pools of no tier are not touched'
    found.push({ what, remedy })
  }
  return found
}

function ofVolumes({ volumes }: MayastorFigures): readonly Missing[] {
  const found: Missing[] = []
  const broken = volumes.published - volumes.whole
  if (broken > 0) {
    const what = `${counted(broken, 'volume is', 'volumes are')} short of a synced replica`
    found.push({ what, remedy: 'wait for the repair: until then no move starts' })
  }
  const unpublished = volumes.total - volumes.published
  if (unpublished > 0) {
    const what = `${counted(unpublished, 'volume is', 'volumes are')} not published`
    found.push({ what, remedy: 'nothing: Mayastor copies a volume only while a pod uses it' })
  }
  return found
}

function ofCounters(
  { volumes }: MayastorFigures,
  { metrics, series, silentVolumes, heatKnownVolumes }: PrometheusFigures,
): readonly Missing[] {
  const scrape = 'let Prometheus scrape the metrics-exporter-io-engine service, port 9502'
  if (series === 0) return [{ what: `Prometheus has no ${metrics.join(', ')}`, remedy: scrape }]
  const found: Missing[] = []
  if (silentVolumes > 0) {
    const what = `${counted(silentVolumes, 'published volume has', 'published volumes have')}`
    found.push({ what: `${what} no counters`, remedy: scrape })
  }
  const young = volumes.published - silentVolumes - heatKnownVolumes
  if (young > 0) {
    const what = `the heat of ${counted(young, 'volume is', 'volumes are')} not known yet`
    found.push({ what, remedy: 'wait until counters cover 80 % of the sampling window' })
  }
  return found
}
