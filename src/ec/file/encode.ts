/**
 * A file into a coded directory. Everything is written beside the final name and made durable; one
 * rename makes it whole. Until then nothing there reads as a coded directory.
 */
import { dirname, join } from 'node:path'
import { shardsOf } from '../../core/code.js'
import type { Coder, Place } from '../coder.js'
import type { CodedId } from '../container/coded-id.js'
import { type VolumeHeader, writeHeader } from '../container/header.js'
import {
  asidePath,
  containerName,
  partialPath,
  poolDirectory,
  removeLeftovers,
} from './directory.js'
import type { FileSystem, OpenFile } from './file-system.js'
import { zeroPadding } from './layout.js'
import { type Rest, throughPlaces } from './pipeline.js'
import { buffersOf } from './place-buffers.js'
import { refuseOccupied } from './refuse-occupied.js'
import type { Source } from './source.js'
import type { Unfinished } from './unfinished.js'
import { writeSlots } from './write-slots.js'

export interface EncodeRequest {
  readonly source: Source
  /** Without a slash at its end. */
  readonly directory: string
  readonly coder: Coder
  readonly files: FileSystem
  readonly volume: CodedId
  /** Replace a coded directory that is there; it stays until the new one is whole. */
  readonly force: boolean
  readonly unfinished: Unfinished
  readonly progress: (bytes: number) => void
}

const firstEpoch = 1

/** The directory's lock is held by who calls this. */
export async function encode(request: EncodeRequest): Promise<VolumeHeader> {
  const { files, directory, force, unfinished, coder } = request
  await refuseOccupied(files, directory, force)
  await removeLeftovers(files, directory, 'all')
  const partial = partialPath(directory)
  unfinished.begin(partial)
  const containers: OpenFile[] = []
  try {
    await openContainers(files, partial, shardsOf(coder.geometry.code), containers)
    const userBytes = await writeStripes(request, containers)
    const header = headerOf(request, userBytes)
    await seal(containers, header)
    await close(containers)
    await switchIn(request, partial, containers.length)
    return header
  } catch (error) {
    await close(containers).catch(() => {})
    await files.remove(partial).catch(() => {})
    throw error
  } finally {
    unfinished.settle(partial)
  }
}

async function openContainers(
  files: FileSystem,
  partial: string,
  pools: number,
  containers: OpenFile[],
): Promise<void> {
  for (let pool = 0; pool < pools; pool++) {
    const directory = join(partial, poolDirectory(pool))
    await files.makeDirectory(directory)
    containers.push(await files.open(join(directory, containerName), 'create'))
  }
}

/** Answers how many user bytes there were. */
async function writeStripes(request: EncodeRequest, containers: OpenFile[]): Promise<number> {
  const { source, coder, progress } = request
  const { geometry } = coder
  const writeBack = new WriteBack(containers)
  let userBytes = 0
  let isOver = false
  const fill = async (place: Place): Promise<Rest | null> => {
    if (isOver) return null
    const room = place.stripes * geometry.stripeBytes
    const bytes = await source.fill(buffersOf(geometry, place).user)
    isOver = bytes < room
    if (bytes === 0) return null
    const first = userBytes / geometry.stripeBytes
    const stripes = Math.ceil(bytes / geometry.stripeBytes)
    zeroPadding(geometry, place, bytes)
    userBytes += bytes
    return async () => {
      await coder.encode(place, stripes)
      await writeSlots(containers, headerOf(request, 0), place, first, stripes)
      writeBack.wrote(bytes)
      progress(userBytes)
    }
  }
  await throughPlaces(coder, fill)
  await writeBack.end()
  return userBytes
}

/** Once so many user bytes are written, what is written begins to be made durable. */
const writeBackBytes = 134_217_728

/**
 * Keeps the disks at work while the rest is coded: the kernel begins by itself only when a good
 * part of the memory is waiting to be written. One container is synced at a time, so that reads and
 * writes find free threads.
 */
class WriteBack {
  #waiting = 0
  #running: Promise<void> | null = null
  #failure: unknown = null

  constructor(readonly containers: readonly OpenFile[]) {}

  wrote(bytes: number): void {
    this.#waiting += bytes
    if (this.#running !== null || this.#waiting < writeBackBytes) return
    this.#waiting = 0
    this.#running = this.#sync().finally(() => {
      this.#running = null
    })
  }

  async end(): Promise<void> {
    await this.#running
    if (this.#failure !== null) throw this.#failure
  }

  async #sync(): Promise<void> {
    try {
      for (const container of this.containers) await container.sync()
    } catch (error) {
      this.#failure ??= error
    }
  }
}

function headerOf({ coder, volume }: EncodeRequest, userBytes: number): VolumeHeader {
  const { geometry, family } = coder
  const stripes = Math.ceil(userBytes / geometry.stripeBytes)
  return { volume, family, geometry, stripes, userBytes: BigInt(userBytes), epoch: firstEpoch }
}

/** The header is written last: a container that was cut off has none. */
async function seal(containers: readonly OpenFile[], header: VolumeHeader): Promise<void> {
  await Promise.all(containers.map(container => container.sync()))
  await Promise.all(
    containers.map(async (container, pool) => {
      await container.writev([writeHeader({ ...header, pool })], 0)
      await container.sync()
    }),
  )
}

async function close(containers: readonly OpenFile[]): Promise<void> {
  for (const container of containers) await container.close()
}

async function switchIn(request: EncodeRequest, partial: string, pools: number): Promise<void> {
  const { files, directory, force } = request
  for (let pool = 0; pool < pools; pool++) {
    await files.syncDirectory(join(partial, poolDirectory(pool)))
  }
  await files.syncDirectory(partial)
  await refuseOccupied(files, directory, force)
  if ((await files.kindOf(directory)) === null) {
    await files.rename(partial, directory)
    await files.syncDirectory(dirname(directory))
    return
  }
  const aside = asidePath(directory)
  await files.exchange(partial, directory, aside)
  await files.syncDirectory(dirname(directory))
  await files.remove(aside)
}
