/** Obstacles that one setting lifts: snapshots, an old Mayastor, too few migrations at once. */
import type { ReasonCode } from '../../src/core/reasons.js'
import type { Advice } from '../advice.js'
import { passes, type Wait, waitsByReason } from '../evidence/waits.js'
import { counted, duration } from '../figures.js'
import type { Run } from '../run.js'
import { type IndexedPolicy, policyOf, setPolicy, setting } from './setting.js'

const hourUs = 3_600_000_000

interface Remedy {
  readonly title: string
  readonly flags: (policy: IndexedPolicy) => readonly string[]
}

const remedies: Readonly<Partial<Record<ReasonCode, Remedy>>> = {
  snapshots: {
    title: 'Let volumes leave their snapshots behind',
    flags: ({ index }) => [setPolicy(index, 'snapshots', 'LeaveBehind')],
  },
  'cannot-steer': {
    title: 'Run a Mayastor that can be steered',
    // Unquoted, YAML reads the number 2.1.
    flags: () => [`--set 'cluster.mayastor="2.10"'`],
  },
  'policy-limit': {
    title: 'Move more at once',
    flags: ({ index, policy }) => [
      setPolicy(index, 'maxConcurrentMigrations', policy.spec.maxConcurrentMigrations * 2),
    ],
  },
  'operator-limit': {
    title: 'Let the operator move more at once',
    flags: () => [setting('loop.maxConcurrentMigrations', 4)],
  },
  'dry-run': {
    title: 'Let the policy act',
    flags: ({ index }) => [setPolicy(index, 'dryRun', 'false')],
  },
  disabled: {
    title: 'Switch the policy on',
    flags: ({ index }) => [setPolicy(index, 'enabled', 'true')],
  },
}

export function fixable(run: Run): Advice | null {
  for (const wait of waitsByReason(run.detail)) {
    const remedy = remedies[wait.reason]
    if (remedy === undefined || isShort(wait)) continue
    const policy = policyOf(run.detail, new Set([wait.longest.volume]))
    if (policy === null) continue
    return { title: remedy.title, why: reasonOf(wait), flags: remedy.flags(policy) }
  }
  return null
}

/** Slots are always scarce for a while: it takes a long wait of each volume to speak for more. */
function isShort({ reason, totalUs, volumes }: Wait): boolean {
  return totalUs < (passes(reason) ? 6 * volumes : 4) * hourUs
}

function reasonOf(wait: Wait): string {
  const volumes = counted(wait.volumes, 'volume', 'volumes')
  return `${volumes} waited for ${duration(wait.totalUs)} in all: ${wait.reason}.`
}
