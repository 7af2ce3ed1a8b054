/** What the flags call the volume, its policy and its pools, as labels and names can have it. */
import { isLabel } from '../../../core/stripe-object.js'
import type { IndexNames, PoolPlace } from '../../../ec/file/index-facts.js'
import type { CodedVolume } from '../../../ec/file/volume.js'
import { usage } from '../../usage.js'

export interface NameFlags {
  readonly volume?: string
  readonly policy?: string
  readonly place: readonly string[]
}

export function namesOf({ header, containers }: CodedVolume, flags: NameFlags): IndexNames {
  const places = new Map<number, PoolPlace>()
  for (const text of flags.place) {
    const [number, place] = placeOf(text)
    if (number >= containers.length) {
      const last = containers.length - 1
      throw usage(`--place ${text}: the directory has pools 0 to ${last}`, 'give one of them')
    }
    places.set(number, place)
  }
  const { policy, volume } = flags
  return {
    volume: volume === undefined ? header.volume : volumeOf(volume),
    policy: policy === undefined ? null : labelOf('--policy', policy),
    places,
  }
}

export function volumeOf(text: string): string {
  return labelOf('--volume', text)
}

const form = /^(\d+)=([^@=]+)(?:@([^@=]+))?$/

function placeOf(text: string): readonly [number, PoolPlace] {
  const [, number, pool, node] = form.exec(text) ?? []
  if (number === undefined || pool === undefined) {
    throw usage(`--place ${text} is not understood`, 'write it as 0=cold-0@node-3, or 0=cold-0')
  }
  return [Number(number), { pool, node: node ?? null }]
}

function labelOf(flag: string, text: string): string {
  if (isLabel(text)) return text
  const hint = 'give small letters, digits, - and ., 63 at most'
  throw usage(`${flag} ${text} is no name of an object`, hint)
}
