/**
 * What must not stay behind when the program is interrupted: half-written files and directories,
 * and whatever else asks for a last word.
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
  for (const path of unfinished) remove(path)
  unfinished.clear()
}

/** Threads that still write may fill a directory again while it is emptied. */
const mostAttempts = 100

function remove(path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true })
      return
    } catch (error) {
      const isFilled = error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY'
      if (isFilled && attempt < mostAttempts) continue
      const why = error instanceof Error ? error.message : String(error)
      process.stderr.write(`note: ${path} is unfinished and could not be removed: ${why}\n`)
      return
    }
  }
}

type LastWord = () => Promise<void>

let lastWord: LastWord | null = null

/**
 * What is done before the program ends by a signal; it takes care itself that it ends. A second
 * signal does not wait for it.
 */
export function beforeEnd(word: LastWord): void {
  lastWord = word
}

export function watchInterrupts(): void {
  const end = (status: number) => (): void => {
    const word = lastWord
    lastWord = null
    removeUnfinished()
    if (word === null) process.exit(status)
    const exit = (): never => process.exit(status)
    word().then(exit, exit)
  }
  process.on('SIGINT', end(130))
  process.on('SIGTERM', end(143))
}
