/** Runs `release`: takes the lease, undoes what is under way, gives the lease back, says it all. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Refused } from '../../core/errors.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import { type Held, Lease } from '../../kubernetes/lease.js'
import { endedRelease } from '../../kubernetes/lease-object.js'
import { systemTiming } from '../../live/http/timing.js'
import { kubernetesApi, namespaceMissing } from '../cluster/kubernetes.js'
import { openMayastor, type VolumesFlags } from '../cluster/mayastor.js'
import { leaseName } from '../cluster/operator-lease.js'
import type { Ended } from '../command.js'
import { beforeEnd } from '../interrupt.js'
import { leaseSettingsOf, spanOf } from '../operator/settings.js'
import { timeOf } from '../operator/time.js'
import type { Terminal } from '../terminal.js'
import { type Released, Releasing } from './releasing.js'
import { type Patience, takeLease } from './take-lease.js'

export interface ReleaseOptions extends VolumesFlags {
  readonly namespace: string
  readonly for: string
  readonly wait?: string
  readonly takeOver: boolean
  readonly keepLeaseFor?: string
  readonly leaseSeconds: string
  readonly preservationMode: boolean
  readonly clock?: string
}

export async function releaseCommand(options: ReleaseOptions, terminal: Terminal): Promise<Ended> {
  const { namespace, preservationMode, takeOver, keepLeaseFor } = options
  const forUs = spanOf(options.for, '--for')
  const waitUs = options.wait === undefined ? null : spanOf(options.wait, '--wait')
  const keepUs = keepLeaseFor === undefined ? null : spanOf(keepLeaseFor, '--keep-lease-for')
  const times = leaseSettingsOf(options.leaseSeconds)
  const mayastor = await openMayastor(options, times.renewDeadlineUs)
  const api = await kubernetesApi(options, systemTiming)
  const operator = `release-${hostname()}_${randomUUID()}`
  const releasing = new Releasing({ api, mayastor }, timeOf(options.clock), {
    ...{ operator, namespace, forUs, preservationMode },
    commandDeadlineUs: times.renewDeadlineUs,
  })
  try {
    const holder = { namespace, name: leaseName, identity: operator }
    const settings = { ...holder, ...times, takesFrom: endedRelease }
    // Who cannot be asked is not waited for with a lease.
    await releasing.look()
    const held = await leaseOf(api, settings, { waitUs, takeOver })
    terminal.note('The lease is ours: no operator acts until this ends')
    const released = await underLease(releasing, held, keepUs)
    for (const line of linesOf(released, keepLeaseFor)) terminal.answer(line)
    return released.left.length > 0 ? 1 : 0
  } finally {
    await releasing.close()
    api.close()
    mayastor.close()
  }
}

type LeaseSettings = ConstructorParameters<typeof Lease>[1]

async function leaseOf(
  api: KubernetesApi,
  settings: LeaseSettings,
  patience: Patience,
): Promise<Held> {
  const lease = new Lease(api, settings, systemTiming)
  const taken = await takeLease(api, lease, settings, patience, systemTiming)
  if (taken.kind === 'taken') return taken.held
  if (taken.kind === 'failed') throw namespaceMissing(`the lease: ${taken.why}`)
  const message = `${taken.by} holds the lease`
  const hint = patience.takeOver
    ? 'it was asked for it and did not give it in time: run this again, or end that operator'
    : 'end that operator first, as by scaling its Deployment to 0, or pass --take-over'
  throw new Refused([{ code: 'LEASE_HELD', message, where: {}, hint }])
}

/**
 * Given back however it ends, once no round runs any more. It is kept from operators only where
 * nothing is left: else they are needed.
 */
async function underLease(
  releasing: Releasing,
  held: Held,
  keepUs: number | null,
): Promise<Released> {
  let lost: string | null = null
  void held.lost.then(why => {
    lost = why
    releasing.stop()
  })
  const work = releasing
    .run(held)
    .then(async released => {
      if (keepUs !== null && released.left.length === 0) await held.leave(keepUs)
      return released
    })
    .finally(() => held.release())
  beforeEnd(async () => {
    releasing.stop()
    await work.catch(() => {})
  })
  const released = await work
  if (lost === null || released.left.length === 0) return released
  const hint = 'run it again: whoever holds the lease now may have gone on meanwhile'
  const message = `the lease is lost: ${lost}`
  throw new Refused([{ code: 'LEASE_LOST', message, where: {}, hint }])
}

function linesOf(
  { told, letGo, strays, left }: Released,
  kept: string | undefined,
): readonly string[] {
  const ended = [...told.ended.values()].map(({ name, spec, status }) => {
    const why = status?.why ?? null
    const how = `${status?.outcome}${why === null ? '' : ` (${why})`}`
    return `  ${name} of volume ${spec.volume}: ${how}`
  })
  const undone = [...new Set([...told.cordons(), ...strays])].map(one => `  ${one}`)
  const freed = letGo.filter(name => !told.ended.has(name)).map(name => `  ${name}`)
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Ended', ended],
    ['Undone', undone],
    ['Let go', freed],
    ['Could not be undone', left.map(one => `  ${one}`)],
  ]
  const said = parts.flatMap(([title, lines]) => (lines.length === 0 ? [] : [title, ...lines]))
  const end = left.length > 0 ? 'The lease is given back' : 'Nothing of ours is under way'
  const isKept = kept !== undefined && left.length === 0
  return [...said, end, ...(isKept ? [`No operator begins for ${kept}`] : [])]
}
