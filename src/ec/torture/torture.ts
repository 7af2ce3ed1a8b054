/**
 * The fault test: many runs, each from a seed of its own. Runs of one shape share a coder, so that
 * threads are not started anew for each.
 */
import tychei from 'seedrandom/lib/tychei.js'
import type { Coder } from '../coder.js'
import { openCoder } from '../open-coder.js'
import type { DamageKind } from './damage-kinds.js'
import { Broken, describeCoder, runOnce } from './run.js'
import { drawGeometry } from './scene.js'

export interface TortureRequest {
  readonly runs: number
  readonly seed: number
  /** Runs this one seed only. */
  readonly only: string | null
  readonly progress: (runs: number, violations: number) => void
}

export interface Violation {
  readonly seed: string
  readonly shape: string
  readonly text: string
}

export interface Tortured {
  readonly runs: number
  readonly shapes: number
  readonly userBytes: number
  readonly damage: Readonly<Record<DamageKind, number>>
  readonly powerCuts: number
  /** Runs in which bytes were beyond the code, and were named. */
  readonly lossesNamed: number
  readonly violations: readonly Violation[]
}

/** Runs that share a shape. */
const runsPerShape = 50

export async function torture(request: TortureRequest): Promise<Tortured> {
  const tally = new Tally()
  const shapes = Math.ceil(request.runs / runsPerShape)
  for (let shape = 0; shape < shapes; shape++) {
    const runs = Math.min(runsPerShape, request.runs - shape * runsPerShape)
    const name = `${request.seed}/${shape}`
    const seeds = Array.from({ length: runs }, (_, run) => `${name}/${run}`)
    const wanted = seeds.filter(seed => request.only === null || seed === request.only)
    if (wanted.length === 0) continue
    const coder = await openCoder({ geometry: drawGeometry(tychei(name)), threads: 1 })
    try {
      tally.shapes++
      await sideBySide(wanted, async seed => {
        await tally.run(seed, coder)
        request.progress(tally.runs, tally.violations.length)
      })
    } finally {
      await coder.close()
    }
  }
  return tally.told()
}

/** Runs know nothing of each other; while one waits for the coder, others go on. */
const runsAtOnce = 6

async function sideBySide(
  seeds: readonly string[],
  run: (seed: string) => Promise<void>,
): Promise<void> {
  const left = [...seeds].reverse()
  const runner = async (): Promise<void> => {
    for (let seed = left.pop(); seed !== undefined; seed = left.pop()) await run(seed)
  }
  await Promise.all(Array.from({ length: runsAtOnce }, runner))
}

class Tally {
  runs = 0
  shapes = 0
  readonly violations: Violation[] = []
  #userBytes = 0
  #powerCuts = 0
  #lossesNamed = 0
  readonly #damage = new Map<DamageKind, number>()

  async run(seed: string, coder: Coder): Promise<void> {
    try {
      const told = await runOnce(seed, coder)
      this.#userBytes += told.userBytes
      this.#powerCuts += told.powerCuts
      this.#lossesNamed += Number(told.isLossNamed)
      for (const kind of told.damage) this.#damage.set(kind, (this.#damage.get(kind) ?? 0) + 1)
    } catch (error) {
      const text = error instanceof Broken ? error.message : `it failed: ${String(error)}`
      this.violations.push({ seed, shape: describeCoder(coder), text })
    }
    this.runs++
  }

  told(): Tortured {
    const count = (kind: DamageKind): number => this.#damage.get(kind) ?? 0
    return {
      runs: this.runs,
      shapes: this.shapes,
      userBytes: this.#userBytes,
      damage: {
        poolLost: count('poolLost'),
        bitFlipped: count('bitFlipped'),
        headerFlipped: count('headerFlipped'),
        trailerFlipped: count('trailerFlipped'),
        rangeZeroed: count('rangeZeroed'),
        cutShort: count('cutShort'),
        grown: count('grown'),
        slotMisplaced: count('slotMisplaced'),
        slotForeign: count('slotForeign'),
        slotStale: count('slotStale'),
      },
      powerCuts: this.#powerCuts,
      lossesNamed: this.#lossesNamed,
      violations: [...this.violations].sort((one, other) => (one.seed < other.seed ? -1 : 1)),
    }
  }
}
