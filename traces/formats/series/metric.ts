/** What a Prometheus series is, by its labels: which volume, and which quantity. */
import type { ReaderOptions } from '../format.js'
import { quantityOf, type SeriesUnit } from './unit.js'

export type Labels = ReadonlyMap<string, string>

/** Labels that name a volume, the surest first. */
const volumeLabels = [
  'pv_name',
  'volume',
  'volume_id',
  'volume_name',
  'persistentvolume',
  'volumename',
  'pv',
] as const

/** The volume's name, or null when no label tells it. */
export function volumeOf(labels: Labels): string | null {
  for (const label of volumeLabels) {
    const name = labels.get(label)
    if (name !== undefined && name !== '') return name
  }
  const claim = labels.get('persistentvolumeclaim')
  if (claim !== undefined) return `${labels.get('namespace') ?? 'default'}/${claim}`
  const device = labels.get('device')
  if (device === undefined) return null
  const instance = labels.get('instance') ?? labels.get('node')
  return instance === undefined ? device : `${instance}:${device}`
}

export type MetricMeaning =
  | { readonly kind: 'unit'; readonly unit: SeriesUnit }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unknown' }

/** A name tells the quantity; where `rate()` has taken it away, --unit must. */
export function meaningOf(labels: Labels, options: ReaderOptions): MetricMeaning {
  const { unit, rates } = options
  if (unit !== null) return { kind: 'unit', unit }
  const name = (labels.get('__name__') ?? '').toLowerCase()
  if (name === '') return { kind: 'unknown' }
  const isBytes = /bytes|throughput|bandwidth/.test(name)
  const isOperations = /ops|iops|operations|requests|(?:reads|writes)(?:_completed|_total|$)/.test(
    name,
  )
  const isTime = /latency|_us$|seconds|time/.test(name)
  const direction = /write|writ/.test(name) ? 'write' : /read/.test(name) ? 'read' : undefined
  if (isTime || (!isBytes && !isOperations)) return { kind: 'ignored' }
  if (isBytes && direction === undefined) return { kind: 'ignored' }
  const isRate = rates ?? /iops|rate|per_second/.test(name)
  const kind = isRate ? 'rate' : 'counter'
  return { kind: 'unit', unit: { quantity: quantityOf(direction, isBytes), kind, scale: 1 } }
}

/** What tells apart two series of one volume and quantity: a target on another node, for one. */
export function otherLabels(labels: Labels): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
