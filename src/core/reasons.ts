/**
 * Every reason a decision can have: one table of codes, from which the terminal, the report, the
 * policy's status and docs/reasons.md take their words. In `says` and `change`, {name} stands for
 * one of the decision's numbers, {names} for its names, {from} and {to} for tiers.
 */

import { outcomes } from './outcomes.js'
import { type Reason, reason } from './reason.js'

export const reasons = {
  'hot-above-warm': reason(
    'stay',
    'Its heat of {heatIops} IOPS is not below the warm watermark {warmIops}.',
    'Below {warmIops} IOPS it goes down.',
  ),
  'hot-above-low': reason(
    'stay',
    'Its heat of {heatIops} IOPS is above the low watermark {lowIops}.',
    'At {lowIops} IOPS or less it goes down.',
  ),
  'between-watermarks': reason(
    'stay',
    'Its heat of {heatIops} IOPS is above the low watermark {lowIops} and below {highIops}.',
    'At {lowIops} IOPS or less it goes down, at {highIops} IOPS or more it goes up.',
  ),
  'cold-below-warm': reason(
    'stay',
    'Its heat of {heatIops} IOPS is below the warm watermark {warmIops}.',
    'At {warmIops} IOPS or more it goes up.',
  ),
  'cold-below-high': reason(
    'stay',
    'Its heat of {heatIops} IOPS is below the high watermark {highIops}.',
    'At {highIops} IOPS or more it goes up.',
  ),
  'baseline-stay': reason(
    'stay',
    'The {names} baseline leaves it where it is.',
    'Another algorithm.',
  ),
  pinned: reason(
    'stay',
    'Its claim is pinned to {from}.',
    'Change or remove the annotation storage.billyronks.io/pin.',
  ),
  'lower-bound': reason(
    'stay',
    'A pool under it is saturated, so its heat of {heatIops} IOPS is only a lower bound.',
    'Less load on the pools {names}.',
  ),
  'at-or-above-high': reason(
    'move',
    'Its heat of {heatIops} IOPS is at or above the high watermark {highIops}.',
    'Below {highIops} IOPS it does not go to the hot tier.',
  ),
  'at-or-above-warm': reason(
    'move',
    'Its heat of {heatIops} IOPS is at or above the warm watermark {warmIops}.',
    'Below {warmIops} IOPS it stays on the cold tier.',
  ),
  'below-warm': reason(
    'move',
    'Its heat of {heatIops} IOPS is below the warm watermark {warmIops}.',
    'At {warmIops} IOPS or more it stays on the hot tier.',
  ),
  'at-or-below-low': reason(
    'move',
    'Its heat of {heatIops} IOPS is at or below the low watermark {lowIops}.',
    'Above {lowIops} IOPS it does not go to the cold tier.',
  ),
  'pinned-elsewhere': reason(
    'move',
    'Its claim is pinned to {to}.',
    'Change or remove the annotation storage.billyronks.io/pin.',
  ),
  'baseline-move': reason('move', 'The {names} baseline wants it on {to}.', 'Another algorithm.'),
  'mixed-finish': reason(
    'move',
    'Its replicas stand on several tiers; the move to {to} is finished.',
    'Nothing: a mixed volume is as slow as its slowest replica.',
  ),
  'drift-return': reason(
    'move',
    'A replica was put on another tier by a repair; it goes back to {to}.',
    'Nothing: repair of drift is exempt from the cooldown.',
  ),
  'code-cold': reason(
    'move',
    'It is cold: coded it takes {codedBytes} bytes, as replicas {replicaBytes}.',
    'An ecPolicyRef that is taken away, or a larger ecMinVolumeSizeBytes.',
  ),
  'coding-withdrawn': reason(
    'move',
    'It is coded, and its policy names no ErasureCodingPolicy any more.',
    'An ecPolicyRef.',
  ),
  requested: reason('move', 'A person asked for {to}.', 'Delete the VolumeMigration to cancel.'),
  'unknown-heat': reason(
    'blocked',
    'Samples cover {coveragePercent} % of its window; {minimumCoveragePercent} % are needed.',
    'Samples of the counters: look at Prometheus and at the exporter on {names}.',
  ),
  'metrics-unavailable': reason(
    'blocked',
    'Prometheus cannot be read, so no heat is known.',
    'Prometheus answers again.',
  ),
  unpublished: reason(
    'blocked',
    'It is not published: a rebuild never starts on an unpublished volume.',
    'A pod that uses it.',
  ),
  'policy-conflict': reason(
    'blocked',
    'More than one policy selects it: {names}.',
    'Selectors that do not overlap.',
  ),
  'policy-error': reason('blocked', 'Its policy is in error: {names}.', 'A policy without errors.'),
  'outside-tiers': reason(
    'blocked',
    'A replica stands in a pool of no tier, or nobody says where: {names}.',
    'Label the pool, or move the replica.',
  ),
  held: reason(
    'blocked',
    'Its claim carries a hold.',
    'Remove the annotation storage.billyronks.io/hold.',
  ),
  'held-by-request': reason(
    'blocked',
    'A person moved it; the policy keeps away for another {remainingS} s.',
    'The end of holdFor.',
  ),
  cooldown: reason(
    'blocked',
    'It moved {sinceS} s ago; the cooldown of {cooldownS} s is not over.',
    'A shorter cooldownPeriod, or {remainingS} s more.',
  ),
  cooling: reason(
    'blocked',
    'It has been at or below the mark for {belowS} s; coolingPeriod asks for {coolingS} s.',
    'A shorter coolingPeriod, or {remainingS} s more of quiet.',
  ),
  'back-off': reason(
    'blocked',
    'Its last {failures} migrations failed; the next try is in {remainingS} s.',
    'The cause in the last VolumeMigration, or time.',
  ),
  'repeated-failure': reason(
    'blocked',
    'Its last {failures} migrations failed.',
    'Change its pools, its policy or its replicas, or ask for the move by hand.',
  ),
  'migration-running': reason('blocked', 'A migration of it runs.', 'The end of {names}.'),
  'volume-busy': reason(
    'blocked',
    'The control plane works on it: {names}.',
    'The end of that operation.',
  ),
  snapshots: reason(
    'blocked',
    'It has {snapshots} snapshots, which cannot move with a replica.',
    'snapshots: LeaveBehind in the policy, or delete the snapshots.',
  ),
  'affinity-group': reason(
    'blocked',
    'It belongs to affinity group {names} and has one replica: Mayastor may refuse the way back.',
    'A second replica, or Mayastor 2.10.',
  ),
  'cannot-steer': reason(
    'blocked',
    'Mayastor {names} cannot be told which replica to remove, or where to put this one.',
    'Mayastor 2.10 or newer.',
  ),
  'topology-forbids': reason(
    'blocked',
    'Its topology keeps it out of the {to} pools: {names}.',
    'A StorageClass with poolHasTopologyKey; an existing volume cannot be changed.',
  ),
  'no-pool': reason(
    'blocked',
    'The policy has no online, uncordoned pool in the {to} tier.',
    'Label a pool, or bring one back.',
  ),
  'no-node-free': reason(
    'blocked',
    '{replicas} of its replicas must move, each to a node without another; {to} pools: {names}.',
    'A {to} pool on another node.',
  ),
  'tier-full': reason(
    'blocked',
    'No {to} pool has room for {sizeBytes} bytes below its headroom.',
    '{missingBytes} bytes freed on {names}, or another {to} pool.',
  ),
  'pool-would-saturate': reason(
    'blocked',
    '{names} carries {loadIops} of {limitIops} IOPS, and no {to} pool can take {addedIops} more.',
    'More or faster {to} pools.',
  ),
  'bandwidth-taken': reason(
    'blocked',
    'A copy runs, or is about to, into every {to} pool that could take it: {names}.',
    'The end of one of these copies.',
  ),
  'coded-form-not-mountable': reason(
    'blocked',
    'Coded it could free {freedBytes} bytes; nothing here mounts the coded form for a pod.',
    'A coder that serves coded volumes.',
  ),
  'too-few-pools': reason(
    'blocked',
    'It needs {pools} open {to} pools, each for itself, and finds: {names}.',
    'More {to} pools, or a narrower code.',
  ),
  'coding-no-nodes': reason(
    'blocked',
    'Of {shards} shards no node may hold more than {mostPerNode}; nodes: {names}.',
    'A {to} pool on another node, or a code with more parity.',
  ),
  'coding-weakens': reason(
    'blocked',
    'Coded it survives {after} lost nodes, as replicas {before}.',
    'Pools on more nodes, more parity, or allowWeakerNodeTolerance: true.',
  ),
  'cluster-not-whole': reason(
    'blocked',
    'The cluster repairs or upgrades itself: {names}.',
    'A whole cluster.',
  ),
  'operator-limit': reason(
    'blocked',
    'All {limit} migrations that the operator allows run.',
    'A higher --max-concurrent-migrations.',
  ),
  'policy-limit': reason(
    'blocked',
    'All {limit} migrations that the policy allows run.',
    'A higher maxConcurrentMigrations.',
  ),
  'outside-active-hours': reason(
    'blocked',
    'Moves start only in the active hours: {names}.',
    'Other activeHours, or time.',
  ),
  'daily-bytes': reason(
    'blocked',
    'Its {sizeBytes} bytes are more than maxBytesPerDay leaves: {leftBytes} of {limitBytes}.',
    'A new day (UTC), with a maxBytesPerDay of {sizeBytes} or more.',
  ),
  'demotion-guard': reason(
    'blocked',
    '{wanted} of {volumes} volumes newly want to go down, more than {limitPercent} %.',
    'A person who raises or removes maxDemotionsPercentPerRound.',
  ),
  'dry-run': reason(
    'blocked',
    'A dry run starts nothing: {names}.',
    'dryRun: false in the policy, the operator without --dry-run.',
  ),
  disabled: reason('blocked', 'The policy is disabled.', 'enabled: true.'),
  paused: reason('blocked', 'The operator is paused: {names}.', 'couchestor resume.'),
  'preservation-mode': reason(
    'blocked',
    'Preservation mode adds replicas and removes none; it has its copies already.',
    'The operator without --preservation-mode.',
  ),
  'no-policy': reason(
    'blocked',
    'No policy selects it, so that no pool is of a tier for it.',
    'A policy that selects it.',
  ),
  ...outcomes,
} as const satisfies Readonly<Record<string, Reason>>

export type ReasonCode = keyof typeof reasons
