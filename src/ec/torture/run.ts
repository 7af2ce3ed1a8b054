/**
 * One run from one seed: a volume is coded, damaged, read, repaired, and the power goes in between.
 * What comes out is compared with what was written, byte by byte.
 */
import tychei from 'seedrandom/lib/tychei.js'
import { codeName } from '../../core/code.js'
import { Refused } from '../../core/errors.js'
import type { Coder } from '../coder.js'
import { type CodedId, codedIdOf } from '../container/coded-id.js'
import { encode } from '../file/encode.js'
import type { ByteRange } from '../file/layout.js'
import { type Repaired, repair } from '../file/repair.js'
import { untold } from '../file/unfinished.js'
import { verify } from '../file/verify.js'
import { harm, losePools } from './damage.js'
import type { DamageKind } from './damage-kinds.js'
import { type Expected, expectedOf, type Pools } from './expected.js'
import { MemoryFile, type Random } from './memory-file.js'
import { MemoryFileSystem, PowerCut } from './memory-file-system.js'
import { directory, parent, readBack, withVolume } from './read-back.js'
import { below, drawBytes, drawSize } from './scene.js'

export interface Told {
  readonly damage: readonly DamageKind[]
  readonly powerCuts: number
  /** Whether some bytes were beyond the code, and named. */
  readonly isLossNamed: boolean
  readonly userBytes: number
}

/** A promise that was broken, in a sentence. */
export class Broken extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Broken'
  }
}

export async function runOnce(seed: string, coder: Coder): Promise<Told> {
  return new Run(seed, coder).run()
}

class Run {
  readonly #random: Random
  readonly #coder: Coder
  readonly #user: Uint8Array
  readonly #volume: CodedId
  #files: MemoryFileSystem
  #powerCuts = 0

  constructor(seed: string, coder: Coder) {
    this.#random = tychei(seed)
    this.#coder = coder
    this.#user = drawBytes(this.#random, drawSize(this.#random, coder.geometry.stripeBytes))
    this.#volume = codedIdOf(drawBytes(this.#random, 16))
    this.#files = new MemoryFileSystem(this.#random, new Map([[parent, 'directory']]))
  }

  async run(): Promise<Told> {
    const foreign = await this.#foreignPools()
    if (this.#random() < 0.4) await this.#cutEncode()
    else await this.#encode(this.#files, this.#user, this.#volume)
    const before = poolsOf(this.#files)
    const damage = this.#damage(foreign)
    const expected = this.#expect(before)
    if (expected.isUnknown) await this.#refusesAll()
    else await this.#readAndRepair(before, expected)
    return {
      damage,
      powerCuts: this.#powerCuts,
      isLossNamed: expected.isUnknown || expected.lost.length > 0,
      userBytes: this.#user.length,
    }
  }

  async #readAndRepair(before: Pools, expected: Expected): Promise<void> {
    await this.#check(expected)
    if (await this.#hasForeign()) return this.#refusesRepair(before)
    for (let cuts = below(this.#random, 4); cuts > 0; cuts--) {
      await this.#cutRepair()
      const now = this.#expect(before)
      if (!isWithin(now.lost, expected.lost)) {
        throw new Broken('a repair that was cut off lost more than was lost before')
      }
      await this.#check(now)
    }
    const { unrepairedShards } = await this.#repair()
    const after = this.#expect(before)
    if (unrepairedShards > 0 !== after.isDamaged || after.isDamaged !== expected.isBeyond) {
      throw new Broken(
        after.isDamaged
          ? 'after a repair some container is not as it was written'
          : 'a repair said that it left something, and did not',
      )
    }
    if (JSON.stringify(after.lost) !== JSON.stringify(expected.lost)) {
      throw new Broken('a repair changed what is lost')
    }
    await this.#check(after)
  }

  /** Reads everything and some pieces, and verifies; each must say what is expected. */
  async #check(expected: Expected): Promise<void> {
    const wrong = await readBack(this.#files, this.#coder, this.#user, expected, this.#random)
    if (wrong !== null) throw new Broken(wrong)
    const { findings, lost } = await withVolume(this.#files, 'read', volume =>
      verify(volume, this.#coder, () => {}),
    )
    if (findings.length > 0 !== expected.isDamaged) {
      throw new Broken(
        expected.isDamaged ? 'verify saw no damage' : 'verify saw damage in whole files',
      )
    }
    if (JSON.stringify(lost) !== JSON.stringify(expected.lost)) {
      throw new Broken(`verify named other bytes as lost: ${JSON.stringify(lost)}`)
    }
  }

  /** A damaged header over slots of another volume alone: it is that volume's, and left alone. */
  #hasForeign(): Promise<boolean> {
    return withVolume(this.#files, 'read', async ({ containers }) =>
      containers.some(({ state }) => state === 'foreign'),
    )
  }

  async #refusesRepair(before: Pools): Promise<void> {
    const was = JSON.stringify(this.#expect(before))
    const code = await refusalOf(this.#repair())
    const isSame = JSON.stringify(this.#expect(before)) === was
    if (code === 'CONTAINER_FOREIGN' && isSame) return
    throw new Broken(`a repair beside a foreign container answered ${code}`)
  }

  async #refusesAll(): Promise<void> {
    const code = await refusalOf(withVolume(this.#files, 'read', async () => null))
    const isTold = code === 'CONTAINER_BROKEN' || code === 'FILE_MISSING'
    if (!isTold) throw new Broken(`without any header it answered ${code}`)
  }

  /** The power goes while a volume is coded, over an older one or none; what is there is whole. */
  async #cutEncode(): Promise<void> {
    const old = this.#random() < 0.5 ? drawBytes(this.#random, below(this.#random, 5000)) : null
    if (old !== null) {
      await this.#encode(this.#files, old, codedIdOf(drawBytes(this.#random, 16)))
    }
    await this.#cut(() => this.#encode(this.#files, this.#user, this.#volume))
    const found = await this.#wholeOf(old)
    if (found === 'none' && old !== null && !this.#isAside()) {
      throw new Broken('an encode that was cut off lost the volume that it was to replace')
    }
    for (const path of [...this.#files.tree.keys()]) {
      if (path.includes('.replaced-')) this.#files.tree.delete(path)
    }
    await this.#encode(this.#files, this.#user, this.#volume)
  }

  #isAside(): boolean {
    return [...this.#files.tree.keys()].some(path => path.includes('.replaced-'))
  }

  async #wholeOf(old: Uint8Array | null): Promise<'none' | 'old' | 'new'> {
    if (this.#files.tree.get(directory) === undefined) return 'none'
    const whole: Expected = {
      lost: [],
      isDamaged: false,
      isBeyond: false,
      isUnknown: false,
    }
    for (const [name, user] of [
      ['new', this.#user],
      ['old', old],
    ] as const) {
      if (user === null) continue
      const wrong = await readBack(this.#files, this.#coder, user, whole, this.#random)
      if (wrong === null) return name
    }
    throw new Broken('an encode that was cut off left something that is not whole')
  }

  async #cutRepair(): Promise<void> {
    await this.#cut(() => this.#repair())
  }

  /** Runs until the power goes at some step, or to the end, and brings it back. */
  async #cut(work: () => Promise<unknown>): Promise<void> {
    this.#files.trouble({ cutAtStep: below(this.#random, 60) })
    try {
      await work()
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
    }
    this.#powerCuts++
    this.#files = this.#files.afterCrash()
  }

  async #encode(files: MemoryFileSystem, user: Uint8Array, volume: CodedId): Promise<void> {
    const file = new MemoryFile(user)
    let position = 0
    await encode({
      source: {
        bytes: user.length,
        fill: async buffers => {
          const read = file.read(buffers, position)
          position += read
          return read
        },
        close: async () => {},
      },
      directory,
      coder: this.#coder,
      files,
      volume,
      force: true,
      unfinished: untold,
      progress: () => {},
    })
  }

  #repair(): Promise<Repaired> {
    const [files, coder] = [this.#files, this.#coder]
    return withVolume(files, 'change', volume =>
      repair({ volume, coder, files, unfinished: untold, progress: () => {} }),
    )
  }

  #damage(foreign: ReadonlyMap<number, MemoryFile>): readonly DamageKind[] {
    const { geometry } = this.#coder
    const stripes = Math.ceil(this.#user.length / geometry.stripeBytes)
    const containers = containersOf(this.#files)
    const victim = { geometry, stripes, volume: this.#volume, containers, foreign }
    const damage = [...losePools(this.#random, victim)]
    for (const [path, entry] of [...this.#files.tree]) {
      if (entry !== 'directory' && ![...containers.values()].includes(entry)) {
        this.#files.tree.delete(path)
      }
    }
    for (let harms = below(this.#random, 4); harms > 0; harms--) {
      damage.push(harm(this.#random, victim))
    }
    // What happened to a disk is on the disk, whatever the power does.
    for (const file of containers.values()) file.sync()
    this.#files = new MemoryFileSystem(this.#random, this.#files.tree)
    return damage
  }

  async #foreignPools(): Promise<ReadonlyMap<number, MemoryFile>> {
    const files = new MemoryFileSystem(this.#random, new Map([[parent, 'directory']]))
    const other = drawBytes(this.#random, this.#user.length)
    await this.#encode(files, other, codedIdOf(drawBytes(this.#random, 16)))
    return containersOf(files)
  }

  #expect(before: Pools): Expected {
    return expectedOf(this.#coder.geometry, this.#user.length, before, poolsOf(this.#files))
  }
}

export function describeCoder({ geometry, family }: Coder): string {
  return `${codeName(geometry.code)} ${geometry.stripeBytes} ${family}`
}

function containersOf(files: MemoryFileSystem): Map<number, MemoryFile> {
  const containers = new Map<number, MemoryFile>()
  for (const [path, entry] of files.tree) {
    const pool = /\/volume\/pool-(\d+)\/container$/.exec(path)?.[1]
    if (pool !== undefined && entry !== 'directory') containers.set(Number(pool), entry)
  }
  return containers
}

/** Copies, so that what is done later does not reach them. */
function poolsOf(files: MemoryFileSystem): Pools {
  return new Map([...containersOf(files)].map(([pool, file]) => [pool, file.bytes.slice()]))
}

function isWithin(some: readonly ByteRange[], all: readonly ByteRange[]): boolean {
  return some.every(one =>
    all.some(
      other =>
        other.firstByte <= one.firstByte &&
        one.firstByte + one.bytes <= other.firstByte + other.bytes,
    ),
  )
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing'
  } catch (error) {
    if (error instanceof Refused) return error.errors[0]?.code ?? 'nothing'
    throw error
  }
}
