/**
 * A coded directory, opened: which containers are there, and what the volume is. Every container
 * says it; what most of them say is believed.
 */
import type { VolumeHeader } from '../container/header.js'
import { assignContainers } from './assign-containers.js'
import type { FileSystem, OpenFile } from './file-system.js'
import { agreedHeader, findContainers, refused } from './find-containers.js'
import { containerBytes } from './layout.js'

/**
 * `missing`: there is none. `foreign`: what stands there is another volume's, or a second copy of
 * another pool's. `header`: its own page is damaged, and its slots may be whole.
 */
export type ContainerState = 'whole' | 'header' | 'missing' | 'foreign'

export interface Container {
  readonly pool: number
  /** The name of its directory. */
  readonly directory: string
  readonly path: string
  readonly state: ContainerState
  /** Null where nothing there is this volume's. */
  readonly file: OpenFile | null
  readonly sizeBytes: number
}

export interface CodedVolume {
  readonly directory: string
  readonly header: VolumeHeader
  /** The same as in the header, as a number. */
  readonly userBytes: number
  /** One a pool; pool j holds shard j of every stripe. */
  readonly containers: readonly Container[]
  close(): Promise<void>
}

export async function openVolume(
  files: FileSystem,
  directory: string,
  mode: 'read' | 'change',
): Promise<CodedVolume> {
  const found = await findContainers(files, directory, mode)
  const close = async (): Promise<void> => {
    for (const { file } of found) await file.close().catch(() => {})
  }
  try {
    const header = agreedHeader(directory, found)
    if (header.userBytes > BigInt(Number.MAX_SAFE_INTEGER)) {
      const message = `the volume has ${header.userBytes} bytes: at most 2^53 - 1 are read here`
      throw refused('CONTAINER_VERSION', directory, message, 'read it with a later version')
    }
    const containers = await assignContainers(found, header, directory)
    return { directory, header, userBytes: Number(header.userBytes), containers, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a whole container takes. */
export function wholeBytes({ header }: CodedVolume): number {
  return containerBytes(header.geometry, header.stripes)
}
