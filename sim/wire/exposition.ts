/**
 * The page that Prometheus scrapes (text format 0.0.4): what the exporters of all nodes show, in
 * Mayastor's names and labels (mayastor.md, section 3). All are gauges there, counters too.
 */
import type { Pool } from '../../src/core/model.js'
import type { ShownCounter } from '../exporter.js'
import type { World } from '../world.js'
import type { Identity } from './identity.js'
import { metricName, pvName } from './matrix.js'

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly string[]
}

export function exposition(world: World, identity: Identity): string {
  const counters = world.shownCounters()
  const pools = world.view.observe().cluster.pools.filter(pool => isScraped(world, pool))
  return [...volumeFamilies(counters, identity), ...poolFamilies(pools)].map(familyText).join('')
}

/** An exporter is not there while its node is away, or silent by a fault. */
function isScraped({ control, faults, engine }: World, pool: Pool): boolean {
  const node = control.nodes.find(one => one.id === pool.node)
  return node?.online === true && faults.exporterShows(node.id, engine.nowUs) !== 'nothing'
}

function volumeFamilies(counters: readonly ShownCounter[], identity: Identity): readonly Family[] {
  return (['read', 'write'] as const).map(operation => ({
    name: `volume_num_${operation}_ops`,
    help: `Number of ${operation} operations on the volume`,
    samples: counters
      .filter(one => one.operation === operation)
      .map(one => {
        const labels = { node: one.node, pv_name: pvName(one, identity) }
        return sample(metricName(one), labels, one.value)
      }),
  }))
}

/** As the exporter numbers them. */
const statusNumbers: Readonly<Record<Pool['status'], number>> = {
  unknown: 0,
  online: 1,
  degraded: 2,
  faulted: 3,
  suspected: 4,
  offline: 0,
}

function poolFamilies(pools: readonly Pool[]): readonly Family[] {
  const family = (name: string, help: string, of: (pool: Pool) => number): Family => ({
    name,
    help,
    samples: pools.map(pool => sample(name, { node: pool.node, name: pool.id }, of(pool))),
  })
  return [
    family('diskpool_total_size_bytes', 'Total size of the pool', pool => pool.capacityBytes),
    family('diskpool_used_size_bytes', 'Used size of the pool', pool => pool.usedBytes),
    family('diskpool_committed_size_bytes', 'Size promised to replicas', one => one.committedBytes),
    family('diskpool_status', 'Status of the pool', pool => statusNumbers[pool.status]),
  ]
}

function familyText({ name, help, samples }: Family): string {
  if (samples.length === 0) return ''
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.join('\n')}\n`
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const inner = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}{${inner.join(',')}} ${value}`
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
