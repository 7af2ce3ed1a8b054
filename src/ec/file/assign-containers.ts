/**
 * Which container is which pool's: what its header says, or where that is damaged the name of its
 * directory. Directories that were swapped are read all the same.
 */
import { join } from 'node:path'
import { allShards, membersOf } from '../../core/code.js'
import { pageBytes } from '../../core/stripe.js'
import type { VolumeHeader } from '../container/header.js'
import { ownerOf } from '../container/slot-page.js'
import { containerName, poolDirectory, poolOfDirectory } from './directory.js'
import { type Found, voteOf } from './find-containers.js'
import { pageOffset } from './layout.js'
import type { Container } from './volume.js'

export async function assignContainers(
  found: readonly Found[],
  header: VolumeHeader,
  directory: string,
): Promise<readonly Container[]> {
  const places = wholeOnes(found, header)
  for (const one of found) {
    const pool = poolOfDirectory(one.name)
    if (!isDamaged(one) || pool === null || places.has(pool)) continue
    if (!(await isOfAnother(one, header))) places.set(pool, one)
  }
  const used = new Set([...places.values()].map(one => one.name))
  return membersOf(allShards(header.geometry.code)).map(pool => {
    const one = places.get(pool)
    if (one !== undefined) return present(pool, one)
    const name = freeName(pool, used)
    used.add(name)
    return absent(pool, directory, name, found)
  })
}

/** Of two that say they are the same pool's, the one in that pool's directory. */
function wholeOnes(found: readonly Found[], header: VolumeHeader): Map<number, Found> {
  const agreed = voteOf({ ...header, pool: 0 })
  const places = new Map<number, Found>()
  for (const one of found) {
    if ('problem' in one.header || voteOf(one.header) !== agreed) continue
    const { pool } = one.header
    if (!places.has(pool) || poolOfDirectory(one.name) === pool) places.set(pool, one)
  }
  return places
}

function isDamaged({ header }: Found): boolean {
  return 'problem' in header && header.problem !== 'version'
}

/** Slots looked at, spread over the file, before a damaged header is taken for this volume's. */
const probes = 8

/** Slots of another volume are in it, and none of this one. */
async function isOfAnother({ file }: Found, header: VolumeHeader): Promise<boolean> {
  const { geometry, stripes, volume } = header
  const page = new Uint8Array(pageBytes)
  let isForeign = false
  for (let probe = 0; probe < Math.min(probes, stripes); probe++) {
    const stripe = Math.floor((probe * stripes) / Math.min(probes, stripes))
    const read = await file.readv([page], pageOffset(geometry, stripe)).catch(() => 0)
    const owner = read === pageBytes ? ownerOf(page, volume) : null
    if (owner === 'ours') return false
    isForeign ||= owner === 'foreign'
  }
  return isForeign
}

function present(pool: number, { name, path, file, sizeBytes, header }: Found): Container {
  const state = 'problem' in header ? 'header' : 'whole'
  return { pool, directory: name, path, state, file, sizeBytes }
}

function absent(pool: number, directory: string, name: string, found: readonly Found[]): Container {
  const path = join(directory, name, containerName)
  const state = found.some(one => one.name === name) ? 'foreign' : 'missing'
  return { pool, directory: name, path, state, file: null, sizeBytes: 0 }
}

/** The pool's own directory, or the first that no container of this volume has. */
function freeName(pool: number, used: ReadonlySet<string>): string {
  let name = poolDirectory(pool)
  for (let other = 0; used.has(name); other++) name = poolDirectory(other)
  return name
}
