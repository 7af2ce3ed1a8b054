/**
 * An operator in real time, with the lease of a real one: from its start to its first decision, and
 * what its end costs, when it is killed and another is started at once, as the kubelet does.
 */
import { pathOf } from '../../test/controlplane/definitions.js'
import { type Cluster, startCluster } from './cluster.js'
import { roundsDone } from './metrics.js'
import { firstSaid, nowUs, type Running, saidBy, until } from './running.js'

export interface RecoveryFigures {
  readonly volumes: number
  readonly start: StartFigures
  /** All from the kill. */
  readonly recovery: StartFigures
  readonly firstCommandUs: number
}

export interface StartFigures {
  readonly listedUs: number
  readonly leadingUs: number
  readonly firstDecisionUs: number
  /** When the round was seen to be over. */
  readonly firstRoundUs: number
}

export async function measureRecovery(volumes: number): Promise<RecoveryFigures> {
  const cluster = await startCluster(volumes, 'real')
  try {
    const killed = cluster.operator()
    const start = await startOf(killed, killed.bornUs)
    await killed.end('SIGKILL')
    const killedUs = nowUs()
    const next = cluster.operator()
    // Something to do as soon as it may send anything.
    await askForMove(cluster)
    const recovery = await startOf(next, killedUs)
    const firstCommandUs = (await firstCommandUsOf(next)) - killedUs
    await next.end('SIGTERM')
    return { volumes, start, recovery, firstCommandUs }
  } finally {
    await cluster.stop()
  }
}

async function startOf(operator: Running, fromUs: number): Promise<StartFigures> {
  const at = async (message: string): Promise<number> => {
    const { atUs } = await firstSaid(operator, message)
    return atUs - fromUs
  }
  const listedUs = await at('everything is listed')
  const leadingUs = await at('leading')
  await roundsDone(operator, 1)
  const firstRoundUs = nowUs() - fromUs
  return { listedUs, leadingUs, firstDecisionUs: await at('decision'), firstRoundUs }
}

/** A refusal by the operator's own guard follows at once; Mayastor answers within this. */
const answerUs = 500_000

/** Of the first that the guard let through. */
async function firstCommandUsOf(operator: Running): Promise<number> {
  return until(
    () => {
      const sent = saidBy(operator, 'command sent')
      const refused = saidBy(operator, 'command not taken')
      const last = sent.at(-1)
      if (last === undefined || nowUs() - last.atUs < answerUs) return null
      return sent[refused.length]?.atUs ?? null
    },
    'command',
    operator,
  )
}

/** As a person does, who wants a volume elsewhere. */
async function askForMove({ plane }: Cluster): Promise<void> {
  const { body } = await plane.call('GET', '/api/v1/persistentvolumes/db-0')
  const migration = {
    apiVersion: 'storage.billyronks.io/v1alpha1',
    kind: 'VolumeMigration',
    metadata: { name: 'by-a-person' },
    spec: { volume: handleOf(body), toTier: 'cold' },
  }
  const { status, body: why } = await plane.call('POST', pathOf('VolumeMigration'), migration)
  if (status !== 201) throw new Error(`the migration is refused: ${JSON.stringify(why)}`)
}

function handleOf(volume: unknown): string {
  const text = JSON.stringify(volume)
  const [, handle] = /"volumeHandle":"([^"]+)"/.exec(text) ?? []
  if (handle === undefined) throw new Error(`no volume of Mayastor's: ${text}`)
  return handle
}
