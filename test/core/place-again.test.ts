import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.js'
import { policyName } from '../../src/core/model.js'
import { placeAgain } from '../../src/core/place-again.js'
import type { MigrationRecord } from '../../src/core/record.js'
import { cluster, heat, move, policy, pool, round, running, volume } from './cluster.js'

const hot = [0, 1].map(index => pool(`hot-${index}`, 'hot'))
const cold = [0, 1].map(index => pool(`cold-${index}`, 'cold'))
const db = volume('db', [hot[0]])
const web = volume('web', [hot[1]])
const accepted = cold.map(one => one.id)
const planned = (of: typeof db, pools = accepted) =>
  running(of, 'cold', { status: { moves: [move(of.replicas[0], { accepted: pools })] } })

function again(
  record: MigrationRecord,
  others: readonly MigrationRecord[] = [],
  version = '2.10.0',
  policies = [policy()],
) {
  const seen = cluster({ pools: [...hot, ...cold], volumes: [db, web], version })
  const input = round({ cluster: seen, policies, heat: heat({ db: 0, web: 0 }) })
  const { landscape } = decide(input)
  return placeAgain(input, landscape, record, db, [record, ...others])
}

describe('a place for the next move', () => {
  it('is not in the way of its own reservations, only of those of others', () => {
    const own = planned(db)
    expect(again(own)).toMatchObject({ kind: 'accepted', pools: accepted })
    expect(again(own, [planned(web, [cold[0].id])])).toMatchObject({ pools: ['cold-1'] })
    expect(again(own, [planned(web)])).toMatchObject({ reason: 'bandwidth-taken' })
  })

  it('is by the tiers of the policy that decided, else of the one that selects the volume', () => {
    const silver = policy({ storageClassName: 'none', coldPoolSelector: null }, 'silver')
    const bySilver = running(db, 'cold', { spec: { policy: policyName('silver') } })
    expect(again(bySilver, [], '2.10.0', [policy(), silver])).toMatchObject({ reason: 'no-pool' })
    const byPerson = running(db, 'cold', { spec: { policy: null } })
    expect(again(byPerson)).toMatchObject({ kind: 'accepted' })
    expect(again(byPerson, [], '2.10.0', [])).toMatchObject({ reason: 'no-policy' })
  })

  it('is none where nothing can be steered', () => {
    expect(again(planned(db), [], '1.0.0')).toMatchObject({ reason: 'cannot-steer' })
  })
})
