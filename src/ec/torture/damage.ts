/** What happens to the pools of a run: each kind of damage, drawn from its seed. */
import { allShards, type Code, membersOf, type ShardSet } from '../../core/code.js'
import { canRebuild } from '../../core/rebuild.js'
import { pageBytes, type StripeGeometry, slotBytes } from '../../core/stripe.js'
import { crc32c } from '../checksum.js'
import type { CodedId } from '../container/coded-id.js'
import { firstGeneration, writeSlotPage } from '../container/slot-page.js'
import { blockOffset, pageOffset, slotOffset } from '../file/layout.js'
import { type DamageKind, damageKinds } from './damage-kinds.js'
import type { MemoryFile, Random } from './memory-file.js'
import { below, pick } from './scene.js'

export interface Victim {
  readonly geometry: StripeGeometry
  readonly stripes: number
  readonly volume: CodedId
  /** By pool; a lost one is taken out. */
  readonly containers: Map<number, MemoryFile>
  /** The same pool's container of another volume of this shape. */
  readonly foreign: ReadonlyMap<number, MemoryFile>
}

/** Pools are lost that the code can do without; now and then some more. */
export function losePools(random: Random, victim: Victim): readonly DamageKind[] {
  const lost = drawLost(random, victim.geometry.code)
  const pools = membersOf(lost)
  for (const pool of pools) victim.containers.delete(pool)
  return pools.map(() => 'poolLost')
}

function drawLost(random: Random, code: Code): ShardSet {
  let lost: ShardSet = 0
  const isTooMuch = random() < 0.05
  const most = below(random, 5)
  for (let drawn = 0; drawn < most; drawn++) {
    const more = lost | (1 << pick(random, membersOf(allShards(code))))
    if (isTooMuch || canRebuild(code, more)) lost = more
  }
  return lost === allShards(code) ? 0 : lost
}

/** One piece of damage to one of the containers that are there. */
export function harm(random: Random, victim: Victim): DamageKind {
  const pools = [...victim.containers.keys()]
  const pool = pick(random, pools)
  const file = victim.containers.get(pool)
  const kinds = damageKinds.slice(victim.stripes === 0 ? 6 : 1)
  const kind = victim.stripes === 0 ? 'grown' : pick(random, kinds)
  if (file !== undefined) harms[kind](random, file, victim, pool)
  return kind
}

type Harm = (random: Random, file: MemoryFile, victim: Victim, pool: number) => void

const harms: Readonly<Record<DamageKind, Harm>> = {
  poolLost: () => {},

  bitFlipped: (random, file) => {
    for (let flips = 1 + below(random, 5); flips > 0; flips--) {
      flip(random, file, below(random, file.bytes.length))
    }
  },

  headerFlipped: (random, file) => flip(random, file, below(random, pageBytes)),

  trailerFlipped: (random, file, { geometry, stripes }) => {
    flip(random, file, pageOffset(geometry, below(random, stripes)) + below(random, pageBytes))
  },

  rangeZeroed: (random, file) => {
    const from = below(random, file.bytes.length)
    file.bytes.fill(0, from, from + below(random, 100_000))
  },

  cutShort: (random, file) => file.truncate(below(random, file.bytes.length + 1)),

  grown: (random, file) => file.truncate(file.bytes.length + 1 + below(random, 10_000)),

  slotMisplaced: (random, file, { geometry, stripes, containers }) => {
    const from = slotOffset(geometry, below(random, stripes))
    const other = pick(random, [...containers.values()])
    const slot = other.bytes.slice(from, from + slotBytes(geometry))
    put(file, slot, slotOffset(geometry, below(random, stripes)))
  },

  slotForeign: (random, file, { geometry, stripes, foreign }, pool) => {
    const from = slotOffset(geometry, below(random, stripes))
    const slot = foreign.get(pool)?.bytes.slice(from, from + slotBytes(geometry))
    if (slot !== undefined) put(file, slot, from)
  },

  slotStale: (random, file, { geometry, stripes, volume }, pool) => {
    const stripe = below(random, stripes)
    const generation = firstGeneration + below(random, 2)
    const epoch = generation === firstGeneration ? 2 : 1
    const page = new Uint8Array(pageBytes)
    const identity = { volume, stripe, shard: pool, generation, epoch }
    writeSlotPage(page, geometry, identity, block => {
      const from = blockOffset(geometry, stripe, block)
      const end = Math.min(from + geometry.blockBytes, pageOffset(geometry, stripe))
      return crc32c(file.bytes.subarray(from, end))
    })
    put(file, page, pageOffset(geometry, stripe))
  },
}

function flip(random: Random, file: MemoryFile, byte: number): void {
  if (byte < file.bytes.length) file.bytes[byte] ^= 1 << below(random, 8)
}

/** What does not fit is left out: the file keeps its length. */
function put(file: MemoryFile, bytes: Uint8Array, position: number): void {
  const room = Math.max(0, file.bytes.length - position)
  file.bytes.set(bytes.subarray(0, room), Math.min(position, file.bytes.length))
}
