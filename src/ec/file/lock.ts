/**
 * One program at a time changes a coded directory: `DIR.lock` names it. The lock of a program that
 * is gone is taken over, by one of those who find it.
 *
 * proper-lockfile keeps a lock alive by touching it, so that a program that is stopped for a while
 * loses it without knowing; a process and its start are alive or not, whatever the time.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Refused } from '../../core/errors.js'
import { isObject } from '../../core/field.js'
import { lockPath, partialPath } from './directory.js'
import { type FileSystem, readText } from './file-system.js'
import { isAlive } from './process-alive.js'
import type { Unfinished } from './unfinished.js'

export interface LockHolder {
  readonly pid: number
  readonly host: string
  /** Of the process, as the kernel counts it: a number given twice is another process. */
  readonly started: string | null
  readonly command: string
}

export interface Lock {
  release(): Promise<void>
}

export async function takeLock(
  files: FileSystem,
  directory: string,
  command: string,
  unfinished: Unfinished,
): Promise<Lock> {
  const path = lockPath(directory)
  const mine = JSON.stringify(thisProcess(command))
  const held = await readText(files, path)
  await withText(files, path, mine, unfinished, async partial => {
    if (held === null) await create(files, path, partial)
    else await takeOver(files, path, partial, held)
    unfinished.begin(path)
  })
  await removeAttempts(files, path)
  return {
    release: async () => {
      await files.remove(path)
      unfinished.settle(path)
    },
  }
}

/** Whoever only reads takes no lock, but does not begin while a program changes what it reads. */
export async function refuseLocked(files: FileSystem, directory: string): Promise<void> {
  const path = lockPath(directory)
  const held = await readText(files, path)
  if (held !== null && !isGone(held)) throw locked(path, held)
}

let attempts = 0

/** Calls `work` with a file that holds the text: a lock has its content from the start. */
async function withText(
  files: FileSystem,
  path: string,
  text: string,
  unfinished: Unfinished,
  work: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = `${partialPath(path)}-${attempts++}`
  unfinished.begin(partial)
  try {
    const file = await files.open(partial, 'create')
    try {
      await file.writev([Buffer.from(text)], 0)
    } finally {
      await file.close()
    }
    await work(partial)
  } finally {
    await files.remove(partial)
    unfinished.settle(partial)
  }
}

/** What programs that were killed while they asked for the lock have left. */
async function removeAttempts(files: FileSystem, path: string): Promise<void> {
  const prefix = `${basename(path)}.partial-`
  for (const name of (await files.list(dirname(path))) ?? []) {
    const pid = name.startsWith(prefix) ? /^(\d+)-\d+$/.exec(name.slice(prefix.length))?.[1] : null
    if (typeof pid === 'string' && !isAlive(Number(pid))) {
      await files.remove(join(dirname(path), name))
    }
  }
}

async function create(files: FileSystem, path: string, partial: string): Promise<void> {
  try {
    await files.link(partial, path)
  } catch (error) {
    if (!isThere(error)) throw error
    throw locked(path, (await readText(files, path)) ?? '')
  }
}

/**
 * Only who makes the file named for the dead holder may replace its lock, and looks again when it
 * has made it: a second one that comes late finds another holder.
 */
async function takeOver(
  files: FileSystem,
  path: string,
  partial: string,
  held: string,
): Promise<void> {
  if (!isGone(held)) throw locked(path, held)
  const guard = `${path}.after-${holderOf(held)?.pid ?? 0}`
  try {
    await (await files.open(guard, 'create')).close()
  } catch (error) {
    if (isThere(error)) throw locked(guard, held)
    throw error
  }
  try {
    const now = await readText(files, path)
    if (now !== held) throw locked(path, now ?? held)
    await files.rename(partial, path)
  } finally {
    await files.remove(guard)
  }
}

function locked(path: string, held: string): Refused {
  const holder = holderOf(held)
  const who =
    holder === null
      ? 'another program'
      : `${holder.command} (process ${holder.pid} on ${holder.host})`
  const message = `${who} is at work on this directory`
  const hint = `wait for it to end; if it is gone, remove ${path}`
  return new Refused([{ code: 'CODED_LOCKED', message, where: { file: path }, hint }])
}

function holderOf(text: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value)) return null
    const { pid, host, started, command } = value
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof command !== 'string') {
      return null
    }
    return { pid, host, started: typeof started === 'string' ? started : null, command }
  } catch {
    return null
  }
}

/** Of a process on another machine nobody here can tell. A lock without a word is nobody's. */
function isGone(text: string): boolean {
  const holder = holderOf(text)
  if (holder === null) return text === ''
  if (holder.host !== hostname()) return false
  if (!isAlive(holder.pid)) return true
  const started = startOf(holder.pid)
  return started !== null && holder.started !== null && started !== holder.started
}

function thisProcess(command: string): LockHolder {
  const { pid } = process
  return { pid, host: hostname(), started: startOf(pid), command }
}

/** The 22nd field of its line in /proc, counted behind the name, which may hold anything. */
function startOf(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
