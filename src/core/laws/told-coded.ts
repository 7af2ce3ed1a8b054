/** What a history tells of volumes in coded form. */
import type { Code } from '../code.js'
import type { CodedEvent } from '../coded-event.js'
import type { PoolId, VolumeId } from '../model.js'

export interface ToldCoded {
  code: Code
  pools: readonly PoolId[]
  stripes: number
  bytesPerPool: number
  /** Writes that the last image held, and that the stripes hold that were read back. */
  imageWrites: number
  readBackWrites: number
  readBack: number
  restored: number
  serves: boolean
  degraded: number
  lost: number
}

const nothing: Omit<ToldCoded, 'imageWrites'> = {
  code: { kind: 'reed-solomon', dataShards: 1, parityShards: 1 },
  pools: [],
  stripes: 0,
  bytesPerPool: 0,
  readBackWrites: 0,
  readBack: 0,
  restored: 0,
  serves: false,
  degraded: 0,
  lost: 0,
}

/** Takes an entry in, where it is about a coded form. */
export function hearCoded(coded: Map<VolumeId, ToldCoded>, entry: CodedEvent): void {
  const known = coded.get(entry.volume)
  if (entry.kind === 'image-made') {
    coded.set(entry.volume, { ...(known ?? nothing), imageWrites: entry.writes, readBack: 0 })
    return
  }
  if (known === undefined) return
  switch (entry.kind) {
    case 'shards-placed':
      Object.assign(known, {
        code: entry.code,
        pools: entry.pools,
        stripes: entry.stripes,
        bytesPerPool: entry.bytesPerPool,
      })
      break
    case 'stripes-read-back':
      known.readBack = entry.stripes
      known.readBackWrites = known.imageWrites
      break
    case 'stripes-restored':
      known.restored = entry.stripes
      break
    case 'coded-serves':
      known.serves = true
      known.restored = 0
      break
    case 'replicas-serve':
      known.serves = false
      break
    case 'coded-dropped':
      coded.delete(entry.volume)
      break
    case 'stripes-changed':
      known.degraded = entry.degraded
      known.lost = entry.lost
      break
    case 'shards-repaired':
      known.pools = known.pools.map(pool => (pool === entry.from ? entry.to : pool))
      break
    default:
  }
}
