import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { MachineryMetrics } from '../../src/live/machinery-metrics.js'
import { again, begin, done } from '../kubernetes/queueing.js'
import { second, VirtualTiming } from '../kubernetes/scripted.js'

function opened(timing = new VirtualTiming()) {
  const registry = new Registry()
  const metrics = new MachineryMetrics(registry, timing)
  const lines = async (): Promise<readonly string[]> => (await registry.metrics()).split('\n')
  return { metrics, timing, lines }
}

describe('the metrics of a queue', () => {
  it('begin at zero, and follow what it does', async () => {
    const { queue, timing } = begin(1, (_, nth) => ({
      lastsUs: 2 * second,
      outcome: nth === 0 ? again() : done,
    }))
    const { metrics, lines } = opened(timing)
    metrics.queues.open('status', queue)
    for (const name of ['adds_total', 'retries_total', 'queue_duration_seconds_count', 'depth']) {
      expect(await lines()).toContain(`workqueue_${name}{name="status"} 0`)
    }
    queue.add('a')
    queue.add('b')
    await timing.pass(second)
    const under = await lines()
    expect(under).toContain('workqueue_depth{name="status"} 1')
    expect(under).toContain('workqueue_unfinished_work_seconds{name="status"} 1')
    expect(under).toContain('workqueue_longest_running_processor_seconds{name="status"} 1')
    await timing.pass(60 * second)
    const told = await lines()
    expect(told).toContain('workqueue_depth{name="status"} 0')
    expect(told).toContain('workqueue_adds_total{name="status"} 4')
    expect(told).toContain('workqueue_retries_total{name="status"} 2')
    expect(told).toContain('workqueue_work_duration_seconds_sum{name="status"} 8')
    expect(told).toContain('workqueue_queue_duration_seconds_count{name="status"} 4')
  })
})

describe('the metrics of rounds', () => {
  it('are those of one controller, from zero', async () => {
    const { metrics, timing, lines } = opened()
    const value = (name: string, labels = ''): string =>
      `controller_runtime_${name}{controller="round"${labels}}`
    for (const result of ['success', 'error']) {
      expect(await lines()).toContain(`${value('reconcile_total', `,result="${result}"`)} 0`)
    }
    expect(await lines()).toContain(`${value('reconcile_errors_total')} 0`)
    expect(await lines()).toContain(`${value('max_concurrent_reconciles')} 1`)
    metrics.rounds.begun()
    await timing.pass(3 * second)
    expect(await lines()).toContain(`${value('active_workers')} 1`)
    metrics.rounds.ended('success')
    metrics.rounds.begun()
    metrics.rounds.ended('error')
    const told = await lines()
    expect(told).toContain(`${value('active_workers')} 0`)
    expect(told).toContain(`${value('reconcile_total', ',result="success"')} 1`)
    expect(told).toContain(`${value('reconcile_total', ',result="error"')} 1`)
    expect(told).toContain(`${value('reconcile_errors_total')} 1`)
    expect(told).toContain(`${value('reconcile_time_seconds_sum')} 3`)
  })
})

describe('the metrics of machinery', () => {
  it('are read from it when they are asked for', async () => {
    const { metrics, timing, lines } = opened()
    const zero = await lines()
    expect(zero).toContain('couchestor_events_dropped_total 0')
    expect(zero).toContain('couchestor_journal_writes_total{outcome="unknown"} 0')
    const journalWrites = { written: 0, conflict: 0, unknown: 0 }
    const known = { knownUpToUs: () => timing.nowUs() - 7 * second, lists: () => 3 }
    const unknown = { knownUpToUs: () => null, lists: () => 1 }
    metrics.open({
      watches: { diskpools: known, ecstripes: unknown },
      recorder: { queued: () => 4, dropped: () => 5 },
      journalWrites,
    })
    journalWrites.conflict += 2
    await lines()
    const told = await lines()
    expect(told).toContain('couchestor_watch_age_seconds{kind="diskpools"} 7')
    expect(told).toContain('couchestor_watch_lists_total{kind="diskpools"} 3')
    expect(told).toContain('couchestor_watch_lists_total{kind="ecstripes"} 1')
    expect(told.filter(line => line.includes('age_seconds{kind="ecstripes"}'))).toEqual([])
    expect(told).toContain('couchestor_event_queue_depth 4')
    expect(told).toContain('couchestor_events_dropped_total 5')
    expect(told).toContain('couchestor_journal_writes_total{outcome="conflict"} 2')
  })

  it('say which server is left alone', async () => {
    const { metrics, lines } = opened()
    metrics.openBreaker('mayastor', 'http://api:8081/v0')
    expect(await lines()).toContain('couchestor_breaker_open{host="api:8081"} 0')
    metrics.breaker('mayastor', true)
    expect(await lines()).toContain('couchestor_breaker_open{host="api:8081"} 1')
  })
})
