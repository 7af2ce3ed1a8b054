/** The page that a Prometheus scrapes: text format 0.0.4, Mayastor's names and labels. */
import { describe, expect, it } from 'vitest'
import { minute, second } from '../small-world.js'
import { type ServedTwin, servedTwin } from './served.js'

/** Samples by name and labels; a line that is none fails. */
async function samplesOf(one: ServedTwin): Promise<ReadonlyMap<string, number>> {
  const { status, type, text } = await one.ask('GET', '/metrics')
  expect({ status, type }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  })
  expect(text.endsWith('\n')).toBe(true)
  const samples = new Map<string, number>()
  const typed = new Set<string>()
  for (const line of text.trimEnd().split('\n')) {
    const about = /^# (?:HELP (\w+) \S.*|TYPE (\w+) gauge)$/.exec(line)
    if (about !== null) {
      if (about[2] !== undefined) typed.add(about[2])
      continue
    }
    const sample = /^(\w+)(\{\w+="[^"]*"(?:,\w+="[^"]*")*\}) (\d+(?:\.\d+)?)$/.exec(line)
    expect(sample, line).not.toBeNull()
    const [, name = '', labels = '', value = ''] = sample ?? []
    expect(typed).toContain(name)
    expect(samples.has(name + labels)).toBe(false)
    samples.set(name + labels, Number(value))
  }
  return samples
}

describe('the page', () => {
  it('shows the counters of published volumes, and every pool', async () => {
    const own = await servedTwin()
    await own.advance(10 * minute)
    const samples = await samplesOf(own)
    const counters = own.twin.world.shownCounters()
    expect(counters.length).toBe(4)
    const { volumes } = await own.get<{
      readonly volumes: readonly { readonly id: string; readonly uuid: string }[]
    }>('/twin/v1/state')
    for (const { volume, node, operation, value } of counters) {
      const { uuid } = volumes.find(one => one.id === volume) ?? { uuid: '' }
      const name = `volume_num_${operation}_ops{node="${node}",pv_name="pvc-${uuid}"}`
      expect(samples.get(name)).toBe(value)
    }
    const names = [...samples.keys()].filter(name => name.startsWith('volume_'))
    expect(names).toHaveLength(4)
    expect(samples.get('diskpool_total_size_bytes{node="node-0",name="hot-0"}')).toBe(
      500 * 1_073_741_824,
    )
    expect(samples.get('diskpool_used_size_bytes{node="node-1",name="hot-1"}')).toBe(
      4 * 1_073_741_824,
    )
    expect(samples.get('diskpool_committed_size_bytes{node="node-1",name="hot-1"}')).toBe(
      4 * 1_073_741_824,
    )
    expect(samples.get('diskpool_status{node="node-3",name="cold-3"}')).toBe(1)
  })

  it('shows the same as the points of the query, at the last scrape', async () => {
    const own = await servedTwin()
    await own.advance(10 * minute)
    const counters = own.twin.world.shownCounters()
    const columns = own.twin.world.exporter.answer(lastPoint)
    const points = Array.from({ length: columns.count }, (_, row) => columns.value[row])
    expect(points).toEqual(counters.map(one => one.value))
    expect(Math.max(...points)).toBeGreaterThan(50_000)
  })

  it.each([
    ['gap', []],
    ['zero', [0, 0, 0, 0]],
    ['reset', [0, 0, 0, 0]],
  ])('of a node whose exporter has a %s shows %j', async (how, values) => {
    const own = await servedTwin()
    await own.advance(10 * minute)
    const before = [...(await samplesOf(own))].filter(([name]) => name.startsWith('volume_'))
    expect(before.every(([name, value]) => name.includes('"node-0"') && value > 0)).toBe(true)
    await own.ask('POST', '/twin/v1/faults', { for: '5m', exporter: 'node-0', how })
    const samples = [...(await samplesOf(own))]
    const ofVolumes = samples.filter(([name]) => name.startsWith('volume_'))
    expect(ofVolumes.map(([, value]) => value)).toEqual(values)
    expect(samples.some(([name]) => name.includes('name="hot-0"'))).toBe(how !== 'gap')
  })

  it('of a node that is away is not there', async () => {
    const own = await servedTwin()
    await own.ask('POST', '/twin/v1/faults', { for: '5m', node: 'node-3', how: 'offline' })
    const names = [...(await samplesOf(own)).keys()]
    expect(names.some(name => name.includes('cold-3'))).toBe(false)
    expect(names.some(name => name.includes('cold-2'))).toBe(true)
  })
})

const lastPoint = { stepUs: 30 * second, sinceUs: 570 * second, untilUs: 600 * second }
