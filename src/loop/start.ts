/** Starting a migration: its slot by compare-and-swap, then its record, which is the claim. */

import { startConversion } from '../core/conversion-state.js'
import type { Start } from '../core/decide.js'
import { dayOf } from '../core/gate.js'
import { startStatus } from '../core/intent.js'
import type { Observation, Volume } from '../core/model.js'
import { isRunning } from '../core/past.js'
import type { OperatorRecord } from '../core/record.js'
import { reserve } from '../core/reserve.js'
import type { PolicyObject } from '../core/resources.js'
import type { Scene } from './carry.js'
import { isSlotLeft } from './slots.js'

/** Starts what was decided, one after another; answers how many came to be. */
export async function startAll(
  scene: Scene,
  starts: readonly Start[],
  operator: OperatorRecord,
  observation: Observation<PolicyObject>,
): Promise<number> {
  let now = operator
  let started = 0
  for (const start of starts) {
    // Half-done migrations come first: one of them may have taken the slot in this very round.
    if (!isSlotLeft(scene, now, start) || isTaken(scene, start)) continue
    const claimed = await claimSlot(scene, now, start)
    if (claimed === null) return started
    now = claimed
    if (await create(scene, start, observation)) started += 1
  }
  return started
}

/** A move that was planned since then, in this round, may copy into a pool that it counts on. */
function isTaken({ latest, landscape }: Scene, { plan, volume }: Start): boolean {
  if (plan === null) return false
  const running = [...latest.values()].filter(isRunning)
  const reservations = reserve(running, landscape)
  return plan.pools.some(pool => ![null, volume].includes(reservations.copyInto(pool)))
}

async function claimSlot(
  scene: Scene,
  operator: OperatorRecord,
  start: Start,
): Promise<OperatorRecord | null> {
  const day = dayOf(scene.ports.clock.now())
  const others = operator.movedBytes.filter(row => row.day === day && row.policy !== start.policy)
  const own = operator.movedBytes.find(row => row.day === day && row.policy === start.policy)
  const bytes = (own?.bytes ?? 0) + start.sizeBytes
  const answer = await scene.ports.journal.replaceOperator({
    ...operator,
    slots: [...operator.slots, { migration: start.name, policy: start.policy }],
    movedBytes: [...others, { policy: start.policy, day, bytes }],
  })
  return answer.kind === 'written' ? answer.stored : null
}

async function create(
  scene: Scene,
  start: Start,
  observation: Observation<PolicyObject>,
): Promise<boolean> {
  const { ports, identity } = scene
  const seen = observation.cluster.volumes.find(one => one.id === start.volume)
  const fresh = await ports.inventory.volume(start.volume)
  if (seen === undefined || fresh.kind !== 'volume') return false
  const { volume } = fresh
  if (!isAsSeen(volume, seen)) return false
  const nowUs = ports.clock.now()
  const conversion = start.plan === null ? null : startConversion(start.plan, nowUs)
  const answer = await ports.journal.create({
    name: start.name,
    version: '',
    spec: {
      volume: start.volume,
      fromTier: start.fromTier,
      toTier: start.toTier,
      toForm: start.plan?.kind === 'code' ? 'coded' : 'replicated',
      releaseSource: start.plan?.kind === 'code',
      holdForUs: 0,
      policy: start.policy,
      reason: start.reason,
      requestedBy: start.reason === 'drift-return' ? 'drift' : 'policy',
      sizeBytes: start.sizeBytes,
      fingerprint: start.fingerprint,
      heatIops: start.heatIops,
    },
    status: { ...startStatus(volume, nowUs, identity.epoch), conversion },
    deleting: false,
  })
  return answer.kind === 'written'
}

/** What was decided rests on these: where its replicas are, its form, that somebody serves it. */
function isAsSeen(volume: Volume, seen: Volume): boolean {
  return (
    volume.target !== null &&
    volume.operation === null &&
    volume.replicaCount === seen.replicaCount &&
    isServedCoded(volume) === isServedCoded(seen) &&
    volume.replicas.length === seen.replicas.length &&
    volume.replicas.every((replica, index) => replica.id === seen.replicas[index].id)
  )
}

function isServedCoded({ coded }: Volume): boolean {
  return coded?.serves === true
}
