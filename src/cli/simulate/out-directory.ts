/** The directory of a run: written beside its name, and switched in when it is whole. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Refused } from '../../core/errors.js'
import { begin, settle } from '../interrupt.js'

export interface OutDirectory {
  /** Where it will stand. */
  readonly path: string
  /** Where files are written until then. */
  readonly partial: string
  readonly force: boolean
}

/** Refuses at once what must not be replaced; makes the place where files are written. */
export function openOut(directory: string, force: boolean): OutDirectory {
  refuseOccupied(directory, force)
  const path = resolve(directory)
  const partial = `${path}.partial-${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  begin(partial)
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial)
  return { path, partial, force }
}

/** Somebody else may have written there in the meantime: looked at again before it is replaced. */
export function closeOut(out: OutDirectory): void {
  refuseOccupied(out.path, out.force)
  const replaced = `${out.path}.replaced-${process.pid}`
  const isReplaced = existsSync(out.path)
  if (isReplaced) renameSync(out.path, replaced)
  renameSync(out.partial, out.path)
  settle(out.partial)
  if (isReplaced) rmSync(replaced, { recursive: true, force: true })
}

/** Even --force replaces nothing that is no run's directory; an empty one holds nothing to lose. */
export function refuseOccupied(directory: string, force: boolean): void {
  const path = resolve(directory)
  if (!existsSync(path) || (force && isReplaceable(path))) return
  const message = force
    ? 'what stands there is no directory of a run, and is not replaced'
    : 'the directory is there already'
  const hint = force
    ? 'choose another --out'
    : 'choose another --out, or pass --force to replace it'
  throw new Refused([{ code: 'OUT_EXISTS', message, where: { file: directory }, hint }])
}

function isReplaceable(path: string): boolean {
  if (!statSync(path).isDirectory()) return false
  return existsSync(join(path, 'run.json')) || readdirSync(path).length === 0
}
