/** Law 9: what a finished history must have come to, whoever crashed in it and where. */
import type { HistoryEntry } from '../event.js'
import type { LawViolation } from '../result.js'
import { Told } from './told.js'

/**
 * * What is left undone at the end of a history: a migration that nobody finished, a cordon of
 * ours, an orphan replica or a missing one, a coded form that does not serve, and an effect that
 * was had twice. In preservation mode the copies that were added stay.
 */
export function converged(
  entries: Iterable<HistoryEntry>,
  preservationMode: boolean,
): readonly LawViolation[] {
  const told = new Told()
  const violations: LawViolation[] = []
  let endUs = 0
  const broken = (text: string): void => {
    violations.push({ law: 9, atUs: endUs, text })
  }
  for (const entry of entries) {
    told.hear(entry)
    endUs = entry.atUs
    if (preservationMode || entry.kind !== 'replica-added' || entry.by !== 'command') continue
    const replicas = told.volume(entry.volume).replicas.size
    if (replicas > told.intended(entry.volume) + 1) {
      broken(`${entry.replica} of ${entry.volume} is one copy too many: a command had effect twice`)
    }
  }
  for (const name of told.running.keys()) broken(`${name} is not finished`)
  for (const [what, cordon] of told.cordons) {
    if (cordon.migration !== null) broken(`${what} is still cordoned for ${cordon.migration}`)
  }
  if (preservationMode) return violations
  for (const [id, volume] of told.volumes) {
    const coded = told.coded.get(id)
    if (coded !== undefined && !coded.serves) broken(`${id} has a coded form that nobody uses`)
    const meant = coded?.serves === true ? 0 : volume.replicaCount
    if (volume.replicas.size === meant) continue
    broken(`${id} has ${volume.replicas.size} replicas and is meant to have ${meant}`)
  }
  return violations
}
