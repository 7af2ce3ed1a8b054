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
import type { FileSystem, OpenFile, OpenMode } from './file-system.js'
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
    const pools = shardsOf(coder.geometry.code)
    await makePools(files, partial, pools)
    await openContainers(files, partial, pools, 'createDirect', containers)
    const userBytes = await writeStripes(request, containers)
    await closeDurable(containers)
    await openContainers(files, partial, pools, 'change', containers)
    const header = headerOf(request, userBytes)
    await seal(containers, header)
    await closeDurable(containers)
    await switchIn(request, partial, pools)
    return header
  } catch (error) {
    for (const container of containers) await container.close().catch(() => {})
    await files.remove(partial).catch(() => {})
    throw error
  } finally {
    unfinished.settle(partial)
  }
}

async function makePools(files: FileSystem, partial: string, pools: number): Promise<void> {
  for (let pool = 0; pool < pools; pool++) {
    await files.makeDirectory(join(partial, poolDirectory(pool)))
  }
}

async function openContainers(
  files: FileSystem,
  partial: string,
  pools: number,
  mode: OpenMode,
  containers: OpenFile[],
): Promise<void> {
  for (let pool = 0; pool < pools; pool++) {
    const directory = join(partial, poolDirectory(pool))
    containers.push(await files.open(join(directory, containerName), mode))
  }
}

/** Answers how many user bytes there were. */
async function writeStripes(request: EncodeRequest, containers: OpenFile[]): Promise<number> {
  const { source, coder, progress } = request
  const { geometry } = coder
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
      progress(userBytes)
    }
  }
  await throughPlaces(coder, fill)
  return userBytes
}

function headerOf({ coder, volume }: EncodeRequest, userBytes: number): VolumeHeader {
  const { geometry, family } = coder
  const stripes = Math.ceil(userBytes / geometry.stripeBytes)
  return { volume, family, geometry, stripes, userBytes: BigInt(userBytes), epoch: firstEpoch }
}

/** The header is written last: a container that was cut off has none. */
async function seal(containers: readonly OpenFile[], header: VolumeHeader): Promise<void> {
  await Promise.all(
    containers.map((container, pool) => container.writev([writeHeader({ ...header, pool })], 0)),
  )
}

/** Of those that are open, none is left. */
async function closeDurable(containers: OpenFile[]): Promise<void> {
  await Promise.all(containers.map(container => container.sync()))
  for (const container of containers.splice(0)) await container.close()
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
