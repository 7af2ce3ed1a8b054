/** A volume's pool topology: every key must be on the pool; an empty value means any value. */
import type { Labels } from '../../src/core/model.js'
import type { ModelPool } from './state.js'

export function topologyMatches(inclusion: Labels, pool: ModelPool): boolean {
  return Object.entries(inclusion).every(([key, value]) => {
    const own = pool.labels[key]
    return own !== undefined && (value === '' || value === own)
  })
}
