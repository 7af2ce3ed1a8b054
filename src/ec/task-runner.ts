/** Does tasks on one ring with one engine, on whatever thread it is opened. */
import { allShards, membersOf, type ShardSet } from '../core/code.js'
import { assert } from '../core/errors.js'
import { type Codec, scratchBytes, type WhenCoded } from './codec.js'
import { loadEngine } from './engines.js'
import { checksumAt, type Ring, type WordAt, wordAt, wordsOf } from './ring.js'
import type { Task, TaskEnd, WorkerSetup } from './task.js'
import type { TaskQueue } from './task-queue.js'
import { fitsParity } from './verify.js'

/**
 * Words between two looks whether to stop: some milliseconds, and enough for all threads of an
 * engine that brings its own.
 */
const wordsBetweenLooks = 64

export async function openTaskRunner(
  setup: WorkerSetup,
  queue: TaskQueue,
): Promise<(task: Task) => Promise<TaskEnd>> {
  const { ring } = setup
  const { code } = ring.geometry
  const engine = await loadEngine(setup.engine)
  const scratch = queue.claimScratch()
  assert(scratch < ring.workers, 'there is a scratch for each worker')
  const codec = engine.open(code, {
    memory: ring.memory,
    scratchOffsetBytes: scratch * scratchBytes,
  })

  return async task => {
    const wrong: WordAt[] = []
    const words = wordsOfTask(ring, task)
    for (let from = 0; from < words.length; from += wordsBetweenLooks) {
      if (queue.isStopped()) return { isCancelled: true, wrong }
      const some = words.slice(from, from + wordsBetweenLooks)
      wrong.push(...(await codeWords(codec, setup, task, some)))
    }
    return { isCancelled: false, wrong }
  }
}

function wordsOfTask(ring: Ring, task: Task): readonly WordAt[] {
  if (task.kind !== 'rebuild') return wordsOf(ring, 0, task.stripes)
  const { fromStripe, toStripe, block } = task
  return block === null ? wordsOf(ring, fromStripe, toStripe) : [{ stripe: fromStripe, block }]
}

/** Answers the words that are wrong, where that is what was asked. */
async function codeWords(
  codec: Codec,
  { ring, hasChecksums }: WorkerSetup,
  task: Task,
  some: readonly WordAt[],
): Promise<readonly WordAt[]> {
  const words = some.map(at => wordAt(ring, task.place, at))
  const shards = checkedShards(ring, task)
  const check: WhenCoded = place => writeChecksums(codec, ring, task.place, some[place], shards)
  const whenCoded = hasChecksums ? check : undefined
  switch (task.kind) {
    case 'encode':
      await codec.encode(words, whenCoded)
      return []
    case 'rebuild':
      await codec.rebuild(words, task.reads, task.wanted, whenCoded)
      return []
    case 'check':
      if (hasChecksums) for (let place = 0; place < words.length; place++) check(place)
      return []
    case 'verify': {
      const fits = await fitsParity(codec, words)
      return some.filter((_, place) => !fits[place])
    }
  }
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
