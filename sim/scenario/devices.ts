/**
 * The scenario's pools as modelled ones: their devices with overrides, and the limits that follow.
 */

import { assert } from '../../src/core/errors.js'
import {
  type Device,
  presets,
  sustainedBytesPerSecond,
  sustainedIops,
  withOverrides,
} from '../devices/preset.js'
import type { ModelNode, ModelPool } from '../mayastor/state.js'
import type { Scenario, ScenarioPool } from './model.js'

/** Names and overrides were checked when the scenario was read. */
export function deviceOf(pool: ScenarioPool): Device {
  const preset = presets[pool.device]
  assert(preset !== undefined, `unknown device ${pool.device}`)
  const device = withOverrides(preset, pool.deviceOverrides)
  assert('kind' in device, `unknown figure of device ${pool.device}`)
  return device
}

export function scenarioDevices(scenario: Scenario): readonly Device[] {
  return scenario.pools.map(deviceOf)
}

export function modelPools(scenario: Scenario, nodes: readonly ModelNode[]): readonly ModelPool[] {
  return scenario.pools.map((pool, index) => {
    const node = nodes.find(one => one.id === pool.node)
    assert(node !== undefined, `pool ${pool.id} has no node`)
    const device = deviceOf(pool)
    const isGiven = pool.iopsLimit !== null || pool.bandwidthLimitBytesPerSecond !== null
    return {
      index,
      id: pool.id,
      node,
      capacityBytes: pool.capacityBytes,
      labels: pool.labels,
      status: 'online',
      cordon: null,
      usedBytes: 0,
      committedBytes: 0,
      replicas: 0,
      iopsLimit: pool.iopsLimit ?? sustainedIops(device),
      bandwidthLimit: pool.bandwidthLimitBytesPerSecond ?? sustainedBytesPerSecond(device),
      limitSource: isGiven ? 'scenario' : 'preset',
    }
  })
}
