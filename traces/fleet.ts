/**
 * Synthetic fleets as a series: diurnal, bursty, batch, decaying and idle volumes, seeded. Shares
 * follow what studies of block storage report: most volumes are nearly idle and a few carry most
 * of the load (Alibaba block traces, IISWC 2020; Tencent CBS, ATC 2020). Whole operations only.
 */
import tychei from 'seedrandom/lib/tychei.js'
import type { SeriesBatch, SeriesSource } from './batch.js'

export interface FleetShare {
  readonly kind: 'diurnal' | 'bursty' | 'batch' | 'decaying' | 'idle'
  readonly share: number
  /** Operations a second of a typical volume when it is busy. */
  readonly iops: number
  /** Parts of its volumes, 0 to 1, whose use begins or ends in mid-run. */
  readonly begins: number
  readonly ends: number
}

export interface FleetSpec {
  readonly volumes: readonly string[]
  readonly startUs: number
  readonly intervalUs: number
  readonly lengthUs: number
  readonly shares: readonly FleetShare[]
  readonly seed: number
}

const hourUs = 3_600_000_000
const dayUs = 24 * hourUs
const bytesPerOperation = 16_384

/** Load over a day, per mille of its peak: quiet nights, a dip at lunch. */
const dayShape = [
  180, 150, 130, 120, 130, 170, 280, 450, 680, 860, 950, 900, 780, 860, 960, 1000, 970, 880, 740,
  620, 520, 420, 320, 240,
] as const

interface Character {
  readonly kind: FleetShare['kind']
  readonly peakOperations: number
  readonly writePerMille: number
  /** Shifts the volume's day against the others'. */
  readonly phaseUs: number
  /** Batch: begin of the job within the day; decaying: half-life; bursty: chance of a burst. */
  readonly figure: number
  /** When the volume's life changes: a project ends, or begins. */
  readonly changesAtUs: number
  readonly quietFirst: boolean
}

export class Fleet implements SeriesSource {
  readonly grain = 'series'
  readonly points: number
  readonly firstUs: number
  readonly lastUs: number
  private readonly characters: readonly Character[]
  private readonly noise: () => number
  private batch: SeriesBatch
  private step = 0
  private readonly steps: number
  private readonly burst: Uint16Array
  private draws: () => number

  constructor(private readonly spec: FleetSpec) {
    this.steps = Math.floor(spec.lengthUs / spec.intervalUs)
    this.points = this.steps * spec.volumes.length
    this.firstUs = spec.startUs
    this.lastUs = spec.startUs + this.steps * spec.intervalUs
    this.characters = charactersOf(spec)
    this.noise = tychei(`${spec.seed}/fleet/noise`)
    this.draws = this.noise
    this.burst = new Uint16Array(spec.volumes.length)
    this.batch = emptyBatch(spec.volumes.length)
  }

  get volumes(): readonly string[] {
    return this.spec.volumes
  }

  get intervalUs(): number {
    return this.spec.intervalUs
  }

  next(): SeriesBatch | null {
    if (this.step === this.steps) return null
    const { intervalUs, startUs } = this.spec
    const passedUs = this.step * intervalUs
    const timeOfDayUs = (startUs + passedUs) % dayUs
    const batch = { ...this.batch, startUs: startUs + passedUs, count: this.characters.length }
    for (let volume = 0; volume < this.characters.length; volume++) {
      const character = this.characters[volume]
      const perMille = this.loadOf(character, volume, passedUs, timeOfDayUs)
      const jitter = 850 + Math.floor(this.draws() * 300)
      const operations = Math.floor((character.peakOperations * perMille * jitter) / 1_000_000)
      const writes = Math.floor((operations * character.writePerMille) / 1000)
      batch.volume[volume] = volume
      batch.reads[volume] = operations - writes
      batch.writes[volume] = writes
      batch.readBytes[volume] = (operations - writes) * bytesPerOperation
      batch.writeBytes[volume] = writes * bytesPerOperation
    }
    this.step += 1
    return batch
  }

  rewind(): void {
    this.step = 0
    this.burst.fill(0)
    this.draws = tychei(`${this.spec.seed}/fleet/noise`)
  }

  close(): void {}

  /** Per mille of the volume's own peak in an interval. */
  private loadOf(
    character: Character,
    volume: number,
    passedUs: number,
    timeOfDayUs: number,
  ): number {
    const isBefore = passedUs < character.changesAtUs
    if (character.changesAtUs > 0 && isBefore === character.quietFirst) return 4
    const shiftedUs = timeOfDayUs + character.phaseUs
    const inDayUs = shiftedUs < dayUs ? shiftedUs : shiftedUs - dayUs
    switch (character.kind) {
      case 'diurnal':
        return shapeAt(inDayUs)
      case 'bursty':
        return this.burstLoad(character, volume)
      case 'batch':
        return inDayUs >= character.figure && inDayUs < character.figure + 3 * hourUs ? 1000 : 25
      case 'decaying':
        return decayed(passedUs, character.figure)
      case 'idle':
        return Math.floor(shapeAt(inDayUs) / 100)
    }
  }

  /** A burst begins by chance and lasts a few intervals. */
  private burstLoad(character: Character, volume: number): number {
    if (this.burst[volume] > 0) {
      this.burst[volume] -= 1
      return 1000
    }
    if (this.draws() * 1000 < character.figure) {
      this.burst[volume] = 6 + Math.floor(this.draws() * 30)
    }
    return 60
  }
}

/** Between two hours of the shape it goes in a straight line. */
function shapeAt(inDayUs: number): number {
  const hour = Math.floor(inDayUs / hourUs)
  const share = (inDayUs - hour * hourUs) / hourUs
  const from = dayShape[hour]
  return Math.floor(from + share * (dayShape[(hour + 1) % 24] - from))
}

/** Halved again and again, in a straight line between two halvings. */
function decayed(passedUs: number, halfLifeUs: number): number {
  let level = 1000
  let leftUs = passedUs
  while (leftUs >= halfLifeUs && level > 2) {
    level /= 2
    leftUs -= halfLifeUs
  }
  return level - (level / 2) * Math.min(1, leftUs / halfLifeUs)
}

function charactersOf(spec: FleetSpec): readonly Character[] {
  const draw = tychei(`${spec.seed}/fleet/characters`)
  const kinds = kindsOf(spec)
  return spec.volumes.map((_, volume) => {
    const { kind, iops, begins, ends } = kinds[volume]
    // Three draws added make a hump: most volumes lie near the typical one, a few far from it.
    const size = 250 + Math.floor((draw() + draw() * draw() * 3) * 1000)
    const operations = Math.floor((iops * size * (spec.intervalUs / 1_000_000)) / 1000)
    const life = draw()
    return {
      kind,
      peakOperations: operations,
      writePerMille: 300 + Math.floor(draw() * 500),
      phaseUs: Math.floor(draw() * 3) * hourUs,
      figure: figureOf(kind, draw()),
      changesAtUs: life < begins + ends ? Math.floor(spec.lengthUs * (0.2 + 0.6 * draw())) : 0,
      quietFirst: life < begins,
    }
  })
}

function figureOf(kind: FleetShare['kind'], drawn: number): number {
  if (kind === 'batch') return Math.floor(drawn * 20) * hourUs
  if (kind === 'decaying') return (1 + Math.floor(drawn * 4)) * dayUs
  return 2 + Math.floor(drawn * 6)
}

/** Kinds in the proportion of their shares, spread evenly over the names. */
function kindsOf(spec: FleetSpec): readonly FleetShare[] {
  const total = spec.shares.reduce((sum, share) => sum + share.share, 0)
  const given = spec.shares.map(() => 0)
  return spec.volumes.map((_, volume) => {
    let best = 0
    let bestLack = Number.NEGATIVE_INFINITY
    spec.shares.forEach((share, index) => {
      const lack = ((volume + 1) * share.share) / total - given[index]
      if (lack > bestLack) {
        best = index
        bestLack = lack
      }
    })
    given[best] += 1
    return spec.shares[best]
  })
}

function emptyBatch(volumes: number): SeriesBatch {
  return {
    startUs: 0,
    count: volumes,
    volume: new Uint32Array(volumes),
    reads: new Float64Array(volumes),
    writes: new Float64Array(volumes),
    readBytes: new Float64Array(volumes),
    writeBytes: new Float64Array(volumes),
  }
}
