/** A small coded directory in memory, and what a test does to it. */
import tychei from 'seedrandom/lib/tychei.js'
import { type Code, parseCodeName } from '../../../src/core/code.js'
import { type StripeGeometry, stripeGeometry } from '../../../src/core/stripe.js'
import type { Coder } from '../../../src/ec/coder.js'
import { codedIdOf } from '../../../src/ec/container/coded-id.js'
import { type Decoded, decode } from '../../../src/ec/file/decode.js'
import { encode } from '../../../src/ec/file/encode.js'
import { type Repaired, repair } from '../../../src/ec/file/repair.js'
import type { Source } from '../../../src/ec/file/source.js'
import { untold } from '../../../src/ec/file/unfinished.js'
import { type Verified, verify } from '../../../src/ec/file/verify.js'
import { type CodedVolume, openVolume } from '../../../src/ec/file/volume.js'
import { MemoryFile } from '../../../src/ec/torture/memory-file.js'
import { MemoryFileSystem } from '../../../src/ec/torture/memory-file-system.js'
import { scalarCoder } from '../scalar-coder.js'

export const directory = '/disk/coded'

export interface Coded {
  readonly files: MemoryFileSystem
  readonly coder: Coder
  readonly geometry: StripeGeometry
  readonly user: Uint8Array
}

export function code(name: string): Code {
  const parsed = parseCodeName(name)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

export function randomBytes(seed: string, bytes: number): Uint8Array {
  const random = tychei(seed)
  return Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256))
}

export const idOf = (seed: string) => codedIdOf(randomBytes(seed, 16))

export function bytesSource(user: Uint8Array): Source {
  const file = new MemoryFile(user)
  let position = 0
  return {
    bytes: user.length,
    fill: async buffers => {
      const read = file.read(buffers, position)
      position += read
      return read
    },
    close: async () => {},
  }
}

export async function encodeInto(
  files: MemoryFileSystem,
  coder: Coder,
  user: Uint8Array,
  options: { readonly force?: boolean; readonly id?: string } = {},
): Promise<void> {
  await encode({
    source: bytesSource(user),
    directory,
    coder,
    files,
    volume: idOf(options.id ?? 'volume'),
    force: options.force ?? false,
    unfinished: untold,
    progress: () => {},
  })
}

export async function coded(
  name: string,
  bytes: number,
  stripeBytes = 20_000,
  id = 'volume',
): Promise<Coded> {
  const geometry = stripeGeometry(code(name), stripeBytes)
  const coder = scalarCoder(geometry)
  const files = new MemoryFileSystem(tychei(`${name} ${bytes}`), new Map([['/disk', 'directory']]))
  const user = randomBytes(name, bytes)
  await encodeInto(files, coder, user, { id })
  return { files, coder, geometry, user }
}

export async function opened<Value>(
  { files }: Pick<Coded, 'files'>,
  work: (volume: CodedVolume) => Promise<Value>,
  mode: 'read' | 'change' = 'read',
): Promise<Value> {
  const volume = await openVolume(files, directory, mode)
  try {
    return await work(volume)
  } finally {
    await volume.close()
  }
}

export async function decoded(
  one: Pick<Coded, 'files' | 'coder'>,
): Promise<{ readonly bytes: Uint8Array; readonly told: Decoded }> {
  return opened(one, async volume => {
    const target = new MemoryFile()
    const write = async (buffers: readonly Uint8Array[], position: number): Promise<void> =>
      target.write(buffers, position)
    const told = await decode(volume, one.coder, { inOrder: false, write }, () => {})
    return { bytes: target.bytes, told }
  })
}

export function verified(one: Pick<Coded, 'files' | 'coder'>): Promise<Verified> {
  return opened(one, volume => verify(volume, one.coder, () => {}))
}

export function repaired(one: Pick<Coded, 'files' | 'coder'>): Promise<Repaired> {
  const { files, coder } = one
  const work = (volume: CodedVolume): Promise<Repaired> =>
    repair({ volume, coder, files, unfinished: untold, progress: () => {} })
  return opened(one, work, 'change')
}

/** The container of a pool, as it lies there. */
export function containerOf({ files }: Pick<Coded, 'files'>, pool: number): MemoryFile {
  const entry = files.tree.get(`${directory}/pool-${pool}/container`)
  if (entry === undefined || entry === 'directory') throw new Error(`no container in pool ${pool}`)
  return entry
}

export function losePool({ files }: Pick<Coded, 'files'>, pool: number): void {
  for (const path of [...files.tree.keys()]) {
    if (path.startsWith(`${directory}/pool-${pool}`)) files.tree.delete(path)
  }
}

/** Every container's bytes. */
export function everything({ files }: Pick<Coded, 'files'>): Readonly<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const [path, entry] of files.tree) {
    if (entry !== 'directory') all[path] = Buffer.from(entry.bytes).toString('base64')
  }
  return all
}
