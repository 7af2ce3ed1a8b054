/** What a first round says of one volume, with all that a test does not name as usual. */
import { expect } from 'vitest'
import { decide } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import type { Pool, Volume } from '../../src/core/model.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, heat, noon, policy, pool, round, volume } from './cluster.js'

export const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
export const warm = [0, 1, 2].map(index => pool(`warm-${index}`, 'warm'))
export const cold = [0, 1, 2].map(index => pool(`cold-${index}`, 'cold'))
export const pools: readonly Pool[] = [...hot, ...warm, ...cold]
export const onHot = volume('db', [hot[0], hot[1]])

export interface Asked {
  readonly of?: Volume
  readonly iops?: number
  readonly coverage?: number
  readonly spec?: Partial<StoragePolicySpec>
  readonly on?: readonly Pool[]
}

/** What is said of one volume in its first round. */
export function said({
  of = onHot,
  iops = 0,
  coverage = 1,
  spec = {},
  on = pools,
}: Asked = {}): Decision {
  const output = decide(
    round({
      cluster: cluster({ pools: on, volumes: [of] }),
      policies: [policy(spec)],
      heat: heat({ [of.id]: iops }, noon, coverage),
    }),
  )
  expect(output.decisions).toHaveLength(1)
  return output.decisions[0]
}
