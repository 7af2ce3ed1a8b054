/** One engine, code and size of shard as a contestant: its coder over a small ring. */
import { allShards, type Code, membersOf, type ShardSet } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { readsFor } from '../../core/rebuild.js'
import { stripeGeometry } from '../../core/stripe.js'
import type { EngineName } from '../codec.js'
import type { Coder, Place } from '../coder.js'
import { openCoder } from '../open-coder.js'
import { type Contestant, type Operation, type Sample, wantedBy } from './contest.js'

export interface CoderSpec {
  readonly engine: EngineName
  readonly code: Code
  readonly shardBytes: number
  readonly threads: number
  /** With the checksums of all blocks, as files are written. */
  readonly hasChecksums: boolean
}

export interface CoderContestant extends Contestant {
  close(): Promise<void>
}

/** Short, so that some turns are not disturbed by what else the machine does. */
const sampleMs = 20
/** Of a ring: as many for one thread as for two, so that both have one cache. */
export const places = 4

export async function openContestant(spec: CoderSpec): Promise<CoderContestant> {
  const geometry = stripeGeometry(spec.code, spec.code.dataShards * spec.shardBytes)
  const coder = await openCoder({ ...spec, geometry, places })
  const taken = await takeAll(coder)
  return {
    sample: operation => sample(coder, taken, operation),
    close: () => coder.close(),
  }
}

async function takeAll(coder: Coder): Promise<readonly Place[]> {
  const taken: Place[] = []
  for (let at = 0; at < places; at++) taken.push(await coder.take())
  for (const place of taken) fill(coder, place)
  return taken
}

/** Memory that was never written is one page of zeroes, which no real data is. */
function fill(coder: Coder, place: Place): void {
  const { code, blocksPerShard } = coder.geometry
  for (let stripe = 0; stripe < place.stripes; stripe++) {
    for (const shard of membersOf(allShards(code))) {
      for (let block = 0; block < blocksPerShard; block++) {
        place.block(stripe, shard, block).fill(stripe + 7 * shard + 31 * block + 1)
      }
    }
  }
}

async function sample(
  coder: Coder,
  taken: readonly Place[],
  operation: Operation,
): Promise<Sample> {
  const { code, stripeBytes } = coder.geometry
  const wanted = wantedBy(operation, code)
  const reads = readsOf(code, wanted)
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  let bytes = 0
  const turns = taken.map(async place => {
    while (performance.now() - startedMs < sampleMs) {
      if (operation === 'encode') await coder.encode(place, place.stripes)
      else await coder.rebuildStripes(place, place.stripes, reads, wanted)
      bytes += place.stripes * stripeBytes
    }
  })
  await Promise.all(turns)
  const wallMs = performance.now() - startedMs
  const { user, system } = process.cpuUsage(startedCpu)
  return { rate: bytes / wallMs / 1_000_000, processors: (user + system) / 1000 / wallMs }
}

function readsOf(code: Code, wanted: ShardSet): ShardSet {
  const reads = readsFor(code, wanted, allShards(code) & ~wanted)
  assert(reads !== null, 'what is wanted can be made')
  return reads
}
