/** Does tasks on one ring with one engine, on whatever thread it is opened. */
import { allShards, membersOf, type ShardSet } from '../core/code.js'
import { assert } from '../core/errors.js'
import { type Codec, scratchBytes } from './codec.js'
import { loadEngine } from './engines.js'
import { checksumAt, type Ring, type WordAt, wordAt, wordsOf } from './ring.js'
import { firstScratchField, stopField, type Task, type TaskEnd, type WorkerSetup } from './task.js'
import { fitsParity } from './verify.js'

export async function openTaskRunner(
  setup: WorkerSetup,
): Promise<(task: Task) => Promise<TaskEnd>> {
  const { ring } = setup
  const { code } = ring.geometry
  const engine = await loadEngine(setup.engine)
  const codec = engine.open(code, {
    memory: ring.memory,
    scratchOffsetBytes: claimScratch(setup) * scratchBytes,
  })

  return async task => {
    const { place } = task
    const wrong: WordAt[] = []
    const words = wordsOfTask(ring, task)
    for (let from = 0; from < words.length; from += codec.wordsAtOnce) {
      if (Atomics.load(setup.control, stopField) !== 0) return { isCancelled: true, wrong }
      const some = words.slice(from, from + codec.wordsAtOnce)
      wrong.push(...(await codeWords(codec, ring, task, some)))
      const shards = checkedShards(ring, task)
      if (setup.hasChecksums) for (const at of some) writeChecksums(codec, ring, place, at, shards)
    }
    return { isCancelled: false, wrong }
  }
}

/** The first scratch that no other worker has. */
function claimScratch({ control, ring }: WorkerSetup): number {
  for (let scratch = 0; scratch < ring.workers; scratch++) {
    const before = Atomics.compareExchange(control, firstScratchField + scratch, 0, 1)
    if (before === 0) return scratch
  }
  assert(false, 'there is a scratch for each worker')
}

function wordsOfTask(ring: Ring, task: Task): readonly WordAt[] {
  if (task.kind !== 'rebuild') return wordsOf(ring, 0, task.stripes)
  const { fromStripe, toStripe, block } = task
  return block === null ? wordsOf(ring, fromStripe, toStripe) : [{ stripe: fromStripe, block }]
}

function checkedShards({ geometry }: Ring, task: Task): ShardSet {
  switch (task.kind) {
    case 'encode':
      return allShards(geometry.code)
    case 'check':
      return task.shards
    case 'rebuild':
      return task.wanted
    case 'verify':
      return 0
  }
}

/** Answers the words that are wrong, where that is what was asked. */
async function codeWords(
  codec: Codec,
  ring: Ring,
  task: Task,
  some: readonly WordAt[],
): Promise<readonly WordAt[]> {
  const words = some.map(at => wordAt(ring, task.place, at))
  if (task.kind === 'encode') await codec.encode(words)
  if (task.kind === 'rebuild') await codec.rebuild(words, task.reads, task.wanted)
  if (task.kind !== 'verify') return []
  const fits = await fitsParity(codec, words)
  return some.filter((_, place) => !fits[place])
}

function writeChecksums(
  codec: Codec,
  ring: Ring,
  place: number,
  at: WordAt,
  shards: ShardSet,
): void {
  const { offsetBytes, blockBytes } = wordAt(ring, place, at)
  const first = checksumAt(ring, place, at)
  for (const shard of membersOf(shards)) {
    ring.checksums[first + shard] = codec.checksum(offsetBytes + shard * blockBytes, blockBytes)
  }
}
