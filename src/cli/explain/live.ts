/** `explain` without `--in`: what one round over the live cluster decides of a volume. */
import type { RoundOutput } from '../../core/decide.js'
import { Refused } from '../../core/errors.js'
import { volumeViewOf } from '../../core/landscape.js'
import type { Volume } from '../../core/model.js'
import type { JournalState } from '../../live/journal.js'
import { oneRound, type RoundFlags } from '../cluster/one-round.js'
import type { Past } from './read-past.js'
import { namesOf, unknownVolume, volumeNamed } from './volume-names.js'

export interface LiveExplanation {
  /** The PersistentVolume. */
  readonly volume: string
  readonly past: Past
  /** Why nothing is decided of it. */
  readonly undecided: string
}

export async function explainLive(
  named: string,
  flags: RoundFlags,
  note: (text: string) => void,
): Promise<LiveExplanation> {
  const { output, journal, atUs } = await oneRound(flags, 'watched', note).catch(orOfflineToo)
  return explained(named, output, journal, atUs)
}

/** Whoever has no cluster may have meant a run. */
function orOfflineToo(error: unknown): never {
  if (!(error instanceof Refused)) throw error
  throw new Refused(
    error.errors.map(one => ({ ...one, hint: `${one.hint}; for a run, name it with --in` })),
  )
}

function explained(
  named: string,
  { decisions, landscape }: RoundOutput,
  { records }: JournalState,
  atUs: number,
): LiveExplanation {
  const known = landscape.volumes.map(view => view.volume)
  const volume = volumeNamed(known, named)
  const names = known.flatMap(namesOf)
  if (volume === null) {
    const where = { text: 'the cluster has', hint: 'kubectl get persistentvolumes lists them' }
    throw unknownVolume(named, names, where)
  }
  const own = records.filter(record => record.spec.volume === volume.id)
  const past: Past = {
    ...{ run: 'live', untilUs: atUs, lastUs: atUs, volumes: new Set(names) },
    decisions: decisions.filter(one => one.volume === volume.id).map(one => ({ ...one, atUs })),
    migrations: own.map(record => ({ atUs, record })),
  }
  const runs = own.some(({ status }) => status === null || status.outcome === null)
  const undecided = runs ? 'A migration of it is under way.' : whyNot(landscape, volume)
  return { volume: volume.name, past, undecided }
}

function whyNot(landscape: RoundOutput['landscape'], volume: Volume): string {
  const view = volumeViewOf(landscape, volume.id)
  return view?.policyPlaces.length === 0
    ? 'No policy selects it: nothing moves it.'
    : 'Nothing is decided of it.'
}
