/** Tiers without room, or without IOPS, for what wants to go there. */

import { type Tier, tiers } from '../../src/core/model.js'
import { formatBytes } from '../../src/core/quantity.js'
import type { DecisionRow } from '../../src/core/result.js'
import type { Advice } from '../advice.js'
import { bytes, counted } from '../figures.js'
import type { PoolGroup, Run } from '../run.js'
import { setting } from './setting.js'

const gib = 1_073_741_824

export function fullTiers(run: Run, groups: readonly PoolGroup[]): Advice | null {
  const full = mostWanted(run, 'tier-full')
  if (full !== null) return moreRoom(full, groups)
  const crowded = mostWanted(run, 'no-node-free')
  if (crowded !== null) return anotherNode(crowded, groups)
  const saturated = mostWanted(run, 'pool-would-saturate')
  return saturated === null ? null : morePools(saturated, groups)
}

interface Wanted {
  readonly tier: Tier
  readonly volumes: number
  /** The most that a single volume missed. */
  readonly missingBytes: number
}

/** The tier that most volumes could not enter for this reason. */
function mostWanted(run: Run, reason: DecisionRow['reason']): Wanted | null {
  const rows = run.detail.decisions.filter(row => row.reason === reason)
  const wanted = tiers.map(tier => {
    const own = rows.filter(row => row.to === tier)
    const missingBytes = own.reduce((most, row) => Math.max(most, row.numbers.missingBytes ?? 0), 0)
    return { tier, volumes: new Set(own.map(row => row.volume)).size, missingBytes }
  })
  const [most] = wanted.sort((a, b) => b.volumes - a.volumes)
  return most.volumes === 0 ? null : most
}

function moreRoom(wanted: Wanted, groups: readonly PoolGroup[]): Advice {
  const { tier, volumes, missingBytes } = wanted
  const group = groups.find(one => one.tier === tier)
  const miss = missingBytes > 0 ? `, at most ${bytes(missingBytes)} short` : ''
  const quarter = group === undefined ? 0 : Math.ceil(group.capacityBytes / 4 / gib) * gib
  const needed = Math.ceil((missingBytes * 1.2) / gib) * gib
  return {
    title: `Give the ${tier} tier more room`,
    why: `${counted(volumes, 'volume', 'volumes')} found no room on ${tier}${miss}.`,
    flags:
      group === undefined
        ? []
        : [
            setting(
              `${group.path}.capacity`,
              formatBytes(group.capacityBytes + Math.max(quarter, needed)),
            ),
          ],
  }
}

/** Where every node already holds a replica, a move has nowhere to go before it gives one up. */
function anotherNode({ tier, volumes }: Wanted, groups: readonly PoolGroup[]): Advice {
  return {
    title: `Give the ${tier} tier a pool on another node`,
    why: [
      `${counted(volumes, 'volume', 'volumes')} hold a replica on every node with a ${tier} pool:`,
      'without another node they cannot move and keep their redundancy.',
    ].join(' '),
    flags: onePoolMore(tier, groups),
  }
}

function morePools({ tier, volumes }: Wanted, groups: readonly PoolGroup[]): Advice {
  return {
    title: `Give the ${tier} tier another pool`,
    why: [
      `${counted(volumes, 'volume', 'volumes')} did not go to ${tier},`,
      'because its pools would have passed their IOPS limit.',
    ].join(' '),
    flags: onePoolMore(tier, groups),
  }
}

/** The next one of a group stands on the next node. */
function onePoolMore(tier: Tier, groups: readonly PoolGroup[]): readonly string[] {
  const group = groups.find(one => one.tier === tier)
  return group === undefined ? [] : [setting(`${group.path}.count`, group.pools + 1)]
}
