/** The directory of a run: written beside its name, and switched in when it is whole. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Refused } from '../../core/errors.js'
import { begin, settle } from '../interrupt.js'

export interface OutDirectory {
  /** Where it will stand. */
  readonly path: string
  /** Where files are written until then. */
  readonly partial: string
}

/** Refuses at once what must not be replaced; makes the place where files are written. */
export function openOut(directory: string, force: boolean): OutDirectory {
  const path = resolve(directory)
  if (existsSync(path)) {
    const isRun = statSync(path).isDirectory() && existsSync(join(path, 'run.json'))
    if (!force || !isRun) throw occupied(directory, force)
  }
  const partial = `${path}.partial-${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  begin(partial)
  mkdirSync(partial)
  return { path, partial }
}

export function closeOut(out: OutDirectory): void {
  rmSync(out.path, { recursive: true, force: true })
  renameSync(out.partial, out.path)
  settle(out.partial)
}

/** Even --force replaces nothing that is no run's directory. */
function occupied(directory: string, force: boolean): Refused {
  const message = force
    ? 'what stands there is no directory of a run, and is not replaced'
    : 'the directory is there already'
  const hint = force
    ? 'choose another --out'
    : 'choose another --out, or pass --force to replace it'
  return new Refused([{ code: 'OUT_EXISTS', message, where: { file: directory }, hint }])
}
