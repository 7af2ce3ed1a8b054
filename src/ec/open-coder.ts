/** Makes a coder: an engine, a ring, and threads over it. */
import { availableParallelism } from 'node:os'
import { assert } from '../core/errors.js'
import type { Coder, CoderOptions, Place } from './coder.js'
import { chooseEngine } from './engines.js'
import { Places } from './places.js'
import { createRing } from './ring.js'
import { queueFields } from './task-queue.js'
import { Tasks } from './tasks.js'

/** Refuses with NATIVE_MISSING where no engine is here for what is asked. */
export async function openCoder(options: CoderOptions): Promise<Coder> {
  const { geometry, signal } = options
  const engine = await chooseEngine({ ...options, code: geometry.code })
  const threads = options.threads ?? availableParallelism()
  const asked = options.places ?? 2 * threads + 2
  assert(threads >= 1 && asked >= 1, 'a coder has a thread or more, and a place or more')
  const ring = createRing(geometry, threads, asked)
  const places = new Places(ring)
  const tasks = new Tasks({
    engine: engine.name,
    ring,
    hasChecksums: options.hasChecksums ?? true,
    queue: queueFields(ring),
  })
  const stop = stopper(tasks, places, signal)
  return {
    engine: engine.name,
    family: engine.family,
    geometry,
    take: () => places.take(),
    give: place => places.give(place),
    ...orders(tasks, places),
    close: async () => {
      stop(new DOMException('The coder was closed.', 'AbortError'))
      await tasks.close()
    },
  }
}

type Orders = Pick<Coder, 'encode' | 'check' | 'verify' | 'rebuild' | 'rebuildStripes'>

/** Each a task for one place. */
function orders(tasks: Tasks, places: Places): Orders {
  const numberOf = (place: Place, stripes: number): number => {
    assert(stripes >= 0 && stripes <= place.stripes, 'a place holds as many stripes as it says')
    return places.numberOf(place)
  }
  return {
    encode: async (place, stripes) => {
      await tasks.run({ kind: 'encode', place: numberOf(place, stripes), stripes })
    },
    check: async (place, stripes, shards) => {
      await tasks.run({ kind: 'check', place: numberOf(place, stripes), stripes, shards })
    },
    verify: async (place, stripes) => {
      const end = await tasks.run({ kind: 'verify', place: numberOf(place, stripes), stripes })
      return end.wrong
    },
    rebuild: async (place, stripe, block, reads, wanted) => {
      const span = { fromStripe: stripe, toStripe: stripe + 1, block }
      const number = numberOf(place, stripe + 1)
      await tasks.run({ kind: 'rebuild', place: number, ...span, reads, wanted })
    },
    rebuildStripes: async (place, stripes, reads, wanted) => {
      const span = { fromStripe: 0, toStripe: stripes, block: null }
      const number = numberOf(place, stripes)
      await tasks.run({ kind: 'rebuild', place: number, ...span, reads, wanted })
    },
  }
}

/** Stops everything that waits, once; an aborted signal does so too. */
function stopper(
  tasks: Tasks,
  places: Places,
  signal: AbortSignal | undefined,
): (reason: unknown) => void {
  const stop = (reason: unknown): void => {
    signal?.removeEventListener('abort', abort)
    tasks.stop(reason)
    places.close(reason)
  }
  const abort = (): void => stop(signal?.reason)
  if (signal?.aborted === true) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return stop
}
