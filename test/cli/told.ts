/** What an error of the command line looks like, and that it is nothing else. */
import { expect } from 'vitest'
import { run } from './in-process.js'

export interface Bad {
  readonly what: string
  readonly words: readonly string[]
  readonly status: number
  /** Parts of the lines on stderr, one line each. */
  readonly told: readonly RegExp[]
}

const line = /^error: [^\n]+: [^\n]+ \[[A-Z_]+\]$/

/** Runs it, and compares: the status, one line an error, and nothing on stdout. */
export async function expectTold({ words, status, told }: Omit<Bad, 'what'>): Promise<void> {
  const ran = await run(...words)
  expect(ran).toMatchObject({ status, out: '' })
  const lines = ran.notes.split('\n')
  for (const [index, pattern] of told.entries()) expect(lines[index]).toMatch(pattern)
  expect(lines).toHaveLength(told.length)
  for (const one of lines) expect(one).toMatch(line)
}
