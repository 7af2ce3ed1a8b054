/** The containers of a coded directory as they are found, and what most of them say. */
import { join } from 'node:path'
import { codeName } from '../../core/code.js'
import { type ErrorCode, Refused } from '../../core/errors.js'
import { pageBytes } from '../../core/stripe.js'
import {
  type ContainerHeader,
  formatVersion,
  type HeaderProblem,
  readHeader,
  type VolumeHeader,
} from '../container/header.js'
import { containerName, poolOfDirectory } from './directory.js'
import type { FileSystem, OpenFile } from './file-system.js'

export interface Found {
  readonly name: string
  readonly path: string
  readonly file: OpenFile
  readonly sizeBytes: number
  readonly header: ContainerHeader | HeaderProblem
}

export async function findContainers(
  files: FileSystem,
  directory: string,
  mode: 'read' | 'change',
): Promise<readonly Found[]> {
  const names = await files.list(directory)
  if (names === null) {
    const hint = 'check the path: it is a directory that `ec encode` made'
    throw refused('FILE_MISSING', directory, 'there is no such directory', hint)
  }
  const found: Found[] = []
  for (const name of names.filter(one => poolOfDirectory(one) !== null)) {
    const path = join(directory, name, containerName)
    if ((await files.kindOf(path)) !== 'file') continue
    const file = await files.open(path, mode)
    const page = new Uint8Array(pageBytes)
    const read = await file.readv([page], 0).catch(() => 0)
    const header = readHeader(page.subarray(0, read))
    found.push({ name, path, file, sizeBytes: await file.size(), header })
  }
  if (found.length > 0) return found
  const message = 'it holds no pool-N/container'
  const hint = 'name a directory that `ec encode` made, with its pools mounted'
  throw refused('FILE_MISSING', directory, message, hint)
}

/** The header of most containers, but for their pools. */
export function agreedHeader(directory: string, found: readonly Found[]): VolumeHeader {
  const votes = new Map<string, { header: VolumeHeader | HeaderProblem; names: string[] }>()
  for (const { header, name } of found) {
    const key = voteOf(header)
    if (key === null) continue
    const vote = votes.get(key) ?? { header, names: [] }
    vote.names.push(name)
    votes.set(key, vote)
  }
  const ranked = [...votes.values()].sort((one, other) => other.names.length - one.names.length)
  if (ranked.length === 0) {
    const message = 'the headers of all containers are damaged'
    const hint = 'bring back one container with a whole first page'
    throw refused('CONTAINER_BROKEN', directory, message, hint)
  }
  const [first, second] = ranked
  if (second !== undefined && second.names.length === first.names.length) {
    const message = `${first.names.join(', ')} and ${second.names.join(', ')} are of two volumes`
    const hint = 'move away those that do not belong here'
    throw refused('CONTAINER_FOREIGN', directory, message, hint)
  }
  if (!('problem' in first.header)) return first.header
  const version = first.header.problem === 'version' ? first.header.version : 0
  const message = `version ${version} of the format; ${formatVersion} is read here`
  throw refused('CONTAINER_VERSION', directory, message, 'use the CoucheStor that wrote it')
}

/** What a header says of the volume, as a key; null: it says nothing. */
export function voteOf(header: ContainerHeader | HeaderProblem): string | null {
  if (!('problem' in header)) return sameOfAll(header)
  return header.problem === 'version' ? `version ${header.version}` : null
}

/** All that the headers of a volume have in common. */
function sameOfAll({ volume, family, geometry, stripes, userBytes, epoch }: VolumeHeader): string {
  const { code, stripeBytes, shardBytes, blockBytes } = geometry
  const sizes = [stripeBytes, shardBytes, blockBytes, stripes, userBytes, epoch]
  return [volume, family, codeName(code), ...sizes].join(' ')
}

export function refused(code: ErrorCode, file: string, message: string, hint: string): Refused {
  return new Refused([{ code, message, where: { file }, hint }])
}
