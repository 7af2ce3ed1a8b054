/**
 * What must not stay behind when the program is interrupted: half-written files and directories.
 */
import { rmSync } from 'node:fs'

const unfinished = new Set<string>()

/** Until `settle` is called with it, this path is removed when the program is interrupted. */
export function begin(path: string): void {
  unfinished.add(path)
}

export function settle(path: string): void {
  unfinished.delete(path)
}

export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true })
  unfinished.clear()
}

export function watchInterrupts(): void {
  const end = (status: number) => (): void => {
    removeUnfinished()
    process.exit(status)
  }
  process.on('SIGINT', end(130))
  process.on('SIGTERM', end(143))
}
