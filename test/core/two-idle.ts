/** Two idle volumes on the hot tier that both want to go down, and what is decided about them. */
import type { RoundInput, Start } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, heat, noon, policy, pool, round, volume } from './cluster.js'

export const hot = [0, 1, 2, 3].map(index => pool(`hot-${index}`, 'hot'))
export const cold = [0, 1, 2, 3].map(index => pool(`cold-${index}`, 'cold'))
export const pools = [...hot, ...cold]
export const a = volume('a', [hot[0]])
export const b = volume('b', [hot[1]])

type Asked = Partial<Parameters<typeof round>[0]> & { readonly spec?: Partial<StoragePolicySpec> }

export function asked({ spec = {}, ...change }: Asked = {}): RoundInput {
  return round({
    cluster: cluster({ pools, volumes: [a, b] }),
    policies: [policy(spec)],
    heat: heat({ a: 0, b: 0, c: 0 }, change.nowUs ?? noon),
    ...change,
  })
}

export const reasonsOf = (decisions: readonly Decision[]) =>
  Object.fromEntries(decisions.map(one => [one.volume, one.reason]))
export const names = (starts: readonly Start[]) => starts.map(one => one.volume)
