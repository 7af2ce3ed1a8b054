/** What people call a volume: its PersistentVolume, its claim, its uuid. */
import { Refused } from '../../core/errors.js'
import type { Volume } from '../../core/model.js'
import { nearest } from '../../core/nearest.js'

export function namesOf({ id, name, claim }: Volume): readonly string[] {
  return claim === null ? [name, id] : [name, `${claim.namespace}/${claim.name}`, id]
}

export function volumeNamed(volumes: readonly Volume[], text: string): Volume | null {
  return volumes.find(volume => namesOf(volume).includes(text)) ?? null
}

/** `text` says who has no such volume. */
export function unknownVolume(
  volume: string,
  known: Iterable<string>,
  where: { readonly text: string; readonly hint: string },
): Refused {
  const guess = nearest(volume, [...known])
  const hint = guess === null ? where.hint : `did you mean ${guess}?`
  const message = `${where.text} no volume ${volume}`
  return new Refused([{ code: 'VOLUME_UNKNOWN', message, where: {}, hint }])
}
