/** Whether what a watch has may be believed. */
import type { Watched } from '../kubernetes/watched.js'

/** What a watch in trouble has counts for so long: then nothing is decided on it any more. */
const mostAgeUs = 60_000_000

/** Null: it is known, and not too old. */
export function whyUnknown(
  name: string,
  watched: Pick<Watched<unknown>, 'knownUpToUs' | 'trouble'>,
  nowUs: number,
): string | null {
  const knownUpToUs = watched.knownUpToUs()
  const trouble = watched.trouble()
  if (knownUpToUs === null) return trouble ?? `${name} are not listed yet`
  return trouble !== null && nowUs - knownUpToUs > mostAgeUs ? trouble : null
}
