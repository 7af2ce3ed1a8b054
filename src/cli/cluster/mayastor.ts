/** Mayastor as the flags name it: its REST API, or MayastorVolume objects; never both. */
import { Refused } from '../../core/errors.js'
import { openApi } from '../../kubernetes/transport.js'
import type { ClientSettings } from '../../live/http/client.js'
import { systemTiming } from '../../live/http/timing.js'
import { type Mayastor, restMayastor } from '../../live/mayastor/mayastor.js'
import { MayastorVolumes } from '../../live/mayastor-volumes/client.js'
import { usage } from '../usage.js'
import type { KubernetesFlags } from './flags.js'
import { connectionOf, kubernetesMissing } from './kubernetes.js'
import { commandsHttp, mayastorHttp, type ServerFlags } from './servers.js'

export interface VolumesFlags extends ServerFlags, KubernetesFlags {
  readonly volumesFrom: string
  readonly mayastorNamespace: string
}

const sources = ['rest', 'custom-resources'] as const
export type VolumeSource = (typeof sources)[number]

export function volumeSourceOf({ volumesFrom }: Pick<VolumesFlags, 'volumesFrom'>): VolumeSource {
  const source = sources.find(one => one === volumesFrom)
  if (source !== undefined) return source
  const hint = `choose one of ${sources.join(', ')}; Mayastor 2.x has a REST API alone`
  throw usage(`--volumes-from has no API ${volumesFrom}`, hint)
}

/**
 * `commandUs`: so long a command is waited for; null: a person waits, and sends none. Refuses with
 * CLUSTER_MISSING where there is no Kubernetes to ask for objects.
 */
export async function openMayastor(
  flags: VolumesFlags,
  commandUs: number | null,
  told: Pick<Partial<ClientSettings>, 'onRequest' | 'onBreaker'> = {},
): Promise<Mayastor> {
  if (volumeSourceOf(flags) === 'rest') {
    const http =
      commandUs === null
        ? mayastorHttp(flags, systemTiming)
        : commandsHttp(flags, systemTiming, commandUs, told)
    return restMayastor(http)
  }
  const connected = await connectionOf(flags)
  if (connected.kind === 'missing') throw kubernetesMissing(connected.why)
  // A command is a read and a write, and each may take as long as the other.
  const deadlineUs = commandUs === null ? patienceUs : Math.floor(commandUs / 2)
  const headUs = Math.min(deadlineUs, usualHeadUs)
  const { onRequest } = told
  const counted = onRequest === undefined ? {} : { onRequest }
  const api = openApi(connected.connection, systemTiming, { deadlineUs, headUs, ...counted })
  return new MayastorVolumes(api, flags.mayastorNamespace)
}

const patienceUs = 15_000_000
const usualHeadUs = 10_000_000

/** A cluster that has no such objects never will have them: nobody waits for them. */
export async function refuseAbsent(mayastor: Mayastor, flags: VolumesFlags): Promise<void> {
  if (volumeSourceOf(flags) === 'rest') return
  const read = await mayastor.cluster()
  if (read.kind === 'gone') throw mayastorMissing(mayastor, mayastor.absent)
}

export function mayastorMissing({ hint }: Pick<Mayastor, 'hint'>, message: string): Refused {
  return new Refused([{ code: 'CLUSTER_MISSING', message, where: {}, hint }])
}
