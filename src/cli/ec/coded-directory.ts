/** What the commands over a coded directory share: the lock, the volume, the coder, the flags. */
import { resolve } from 'node:path'
import { Refused } from '../../core/errors.js'
import type { EngineName } from '../../ec/codec.js'
import { engineNames } from '../../ec/codec.js'
import type { Coder } from '../../ec/coder.js'
import type { CodedVolume } from '../../ec/file/volume.js'
import * as interrupt from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { usage } from '../trace/reading.js'

export interface EngineFlag {
  readonly engine?: string
}

/** Reads, or changes what is there; who changes it holds its lock meanwhile. */
export async function withVolume<Value>(
  directory: string,
  access: { readonly command: string; readonly mode: 'read' | 'scrub' | 'change' },
  flags: EngineFlag,
  work: (volume: CodedVolume, coder: Coder) => Promise<Value>,
): Promise<Value> {
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  const { openVolume } = await import('../../ec/file/volume.js')
  const { openCoder } = await import('../../ec/open-coder.js')
  const engine = engineOf(flags)
  const path = directoryPath(directory)
  await refuseMissing(path)
  return withLock(path, access, async () => {
    const volume = await openVolume(files, path, access.mode === 'change' ? 'change' : 'read')
    try {
      const { geometry, family } = volume.header
      const coder = await openCoder({ geometry, family, ...engine })
      try {
        return await work(volume, coder)
      } finally {
        await coder.close()
      }
    } finally {
      await volume.close()
    }
  })
}

async function refuseMissing(path: string): Promise<void> {
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  const { refuseCutExchange } = await import('../../ec/file/refuse-occupied.js')
  await refuseCutExchange(files, path)
  if ((await files.kindOf(path)) === 'directory') return
  const message = 'there is no such directory'
  const hint = 'name a directory that `couchestor ec encode` made'
  throw new Refused([{ code: 'FILE_MISSING', message, where: { file: path }, hint }])
}

export async function withLock<Value>(
  path: string,
  access: { readonly command: string; readonly mode: 'read' | 'scrub' | 'change' },
  work: () => Promise<Value>,
): Promise<Value> {
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  const { refuseLocked, takeLock } = await import('../../ec/file/lock.js')
  if (access.mode === 'read') {
    await refuseLocked(files, path)
    return work()
  }
  const lock = await takeLock(files, path, `couchestor ${access.command}`, interrupt)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

export function directoryPath(directory: string): string {
  return resolve(directory)
}

/** As options of the coder; nothing where the best one is wanted. */
export function engineOf({ engine }: EngineFlag): { readonly engine?: EngineName } {
  if (engine === undefined) return {}
  const known = engineNames.find(name => name === engine)
  if (known !== undefined) return { engine: known }
  throw usage('--engine', `there is no engine called ${engine}`, `one of ${engineNames.join(', ')}`)
}

/** At most five times a second, so that a fast disk is not slowed by a terminal. */
export function seldom(terminal: Terminal, textOf: () => string): () => void {
  let lastMs = 0
  return () => {
    const nowMs = performance.now()
    if (nowMs - lastMs < 200) return
    lastMs = nowMs
    terminal.progress(textOf())
  }
}

export const engineHelp = `the engine: ${engineNames.join(', ')}`
