import { describe, expect, it } from 'vitest'
import { assert } from '../../src/core/errors.js'
import { survey } from '../../src/core/landscape.js'
import { nodeId } from '../../src/core/model.js'
import { Instruments } from '../../src/live/instruments.js'
import type { SeenRound } from '../../src/live/world.js'
import { cluster, ended, minute, noon, policy, pool, running, volume } from '../core/cluster.js'

const one = volume('v', [pool('hot-0', 'hot')])
const said = { atUs: noon, operator: 'me' }

function seen(change: Partial<SeenRound> = {}): SeenRound {
  const world = cluster({ pools: [], volumes: [one] })
  const observation = {
    atUs: noon,
    knownUpToUs: { mayastor: noon - minute, kubernetes: noon },
    cluster: world,
    policies: [policy()],
  }
  const landscape = survey(world, [policy()], null)
  const nothing = { decisions: new Map(), records: [], wanting: [], stripes: null, failures: [] }
  return { landscape, observation, ...nothing, ...change }
}

async function lines(instruments: Instruments): Promise<readonly string[]> {
  return (await instruments.registry.metrics()).split('\n')
}

describe('the metrics', () => {
  it('have the names that dashboards read, from zero on', async () => {
    const told = await lines(new Instruments('1.2.3'))
    expect(told).toContain('storage_operator_reconcile_total 0')
    expect(told).toContain('storage_operator_active_migrations 0')
    expect(told).toContain(
      'storage_operator_migrations_total{source_tier="hot",target_tier="cold",status="success"} 0',
    )
    expect(told).toContain('couchestor_build_info{version="1.2.3"} 1')
    expect(told).toContain('leader_election_master_status{name="couchestor"} 0')
    expect(told).toContain('couchestor_commands_total{command="cordon-node",reply="sent"} 0')
  })

  it('count rounds, what runs, and how old the sources are', async () => {
    const instruments = new Instruments('1')
    instruments.seen(seen({ records: [running(one, 'cold')] }), 250_000)
    const told = await lines(instruments)
    expect(told).toContain('storage_operator_reconcile_total 1')
    expect(told).toContain('storage_operator_active_migrations 1')
    expect(told).toContain('couchestor_observation_age_seconds{source="mayastor"} 60')
    expect(told).toContain('couchestor_round_duration_seconds_sum 0.25')
  })

  it('count stripes by policy and state, and none where the index is not known', async () => {
    const instruments = new Instruments('1')
    const byState = { healthy: 7, degraded: 2, failed: 0, rebuilding: 0, writing: 0, unknown: 0 }
    const counts = { volumes: 1, stripes: 9, byState, endangered: 2 }
    instruments.seen(seen({ stripes: new Map([['archive', counts]]) }), 0)
    const told = await lines(instruments)
    expect(told).toContain('couchestor_stripes{policy="archive",state="healthy"} 7')
    expect(told).toContain('couchestor_stripes{policy="archive",state="failed"} 0')
    expect(told).toContain('couchestor_stripes_endangered{policy="archive"} 2')
    instruments.seen(seen(), 0)
    expect((await lines(instruments)).join('\n')).not.toContain('policy="archive"')
  })

  it('count a migration when it ends, and only then', async () => {
    const instruments = new Instruments('1')
    instruments.heard({ ...said, kind: 'record', record: running(one, 'cold') })
    instruments.heard({ ...said, kind: 'record', record: ended(one, 'cold', 'failed', noon) })
    const told = await lines(instruments)
    const named = 'storage_operator_migrations_total{source_tier="hot",target_tier="cold"'
    expect(told).toContain(`${named},status="failure"} 1`)
    expect(told).toContain(`${named},status="success"} 0`)
    expect(told).toContain('couchestor_migration_duration_seconds_count 1')
  })

  it('add up the pools of each tier, for each policy', async () => {
    const pools = [pool('hot-0', 'hot'), pool('hot-1', 'hot'), pool('cold-0', 'cold')]
    const landscape = survey(cluster({ pools, volumes: [] }), [policy()], null)
    const instruments = new Instruments('1')
    for (const _ of ['one round', 'and another']) instruments.seen(seen({ landscape }), 1)
    const told = await lines(instruments)
    const sum = (ids: readonly number[], of: 'capacityBytes' | 'usedBytes'): number =>
      ids.reduce((before, id) => before + pools[id][of], 0)
    const name = policy().name
    for (const [tier, ids] of [
      ['hot', [0, 1]],
      ['cold', [2]],
    ] as const) {
      const labels = `{policy="${name}",tier="${tier}"}`
      const capacity = sum(ids, 'capacityBytes')
      expect(capacity).toBeGreaterThan(0)
      expect(told).toContain(`couchestor_tier_capacity_bytes${labels} ${capacity}`)
      expect(told).toContain(`couchestor_tier_used_bytes${labels} ${sum(ids, 'usedBytes')}`)
    }
    expect(told.join('\n')).not.toContain(`policy="${name}",tier="warm"`)
  })

  it('tell how long there have been cordons, and that there are none', async () => {
    const move = running(one, 'cold')
    const { status } = move
    assert(status !== null, 'a migration that runs has a status')
    const cordon = { kind: 'node', node: nodeId('node-0'), label: 'ours' } as const
    const cordoned = { ...move, status: { ...status, cordons: [cordon] } }
    const instruments = new Instruments('1')
    const ageAt = async (minutes: number, records: SeenRound['records']): Promise<string> => {
      const { observation } = seen()
      const atUs = noon + minutes * minute
      instruments.seen(seen({ records, observation: { ...observation, atUs } }), 1)
      const told = await lines(instruments)
      return told.find(line => line.startsWith('couchestor_window_age_seconds ')) ?? ''
    }
    expect(await ageAt(0, [move])).toBe('couchestor_window_age_seconds 0')
    expect(await ageAt(1, [cordoned])).toBe('couchestor_window_age_seconds 0')
    expect(await ageAt(3, [cordoned])).toBe('couchestor_window_age_seconds 120')
    expect(await ageAt(4, [move])).toBe('couchestor_window_age_seconds 0')
    expect(await ageAt(5, [cordoned])).toBe('couchestor_window_age_seconds 0')
  })

  it('forget what is well again', async () => {
    const instruments = new Instruments('1')
    const wanting = [{ policy: null, condition: 'MetricsAvailable', text: 'away' }]
    instruments.seen(seen({ wanting }), 1)
    expect(await lines(instruments)).toContain(
      'couchestor_conditions_not_met{condition="MetricsAvailable"} 1',
    )
    instruments.seen(seen(), 1)
    expect((await lines(instruments)).join('\n')).not.toContain('MetricsAvailable')
  })
})
