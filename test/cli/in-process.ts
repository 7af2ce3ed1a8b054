/** The program as its main file runs it, in this process, with a terminal that remembers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll } from 'vitest'
import { fail } from '../../src/cli/failure.js'
import { defineCommands } from '../../src/cli/program.js'
import type { Terminal } from '../../src/cli/terminal.js'

export interface Ran {
  readonly status: number
  readonly out: string
  readonly notes: string
}

export async function run(...words: readonly string[]): Promise<Ran> {
  const out: string[] = []
  const notes: string[] = []
  const terminal: Terminal = {
    answer: text => out.push(text),
    note: text => notes.push(text),
    progress: () => {},
    color: false,
    columns: 100,
  }
  const program = new Command('couchestor')
  const ending = defineCommands(program, terminal)
  let status: number
  try {
    await program.parseAsync(['node', 'couchestor', ...words])
    status = ending.status
  } catch (error) {
    status = fail(error, terminal, words.includes('--json'))
  }
  return { status, out: out.join('\n'), notes: notes.join('\n') }
}

export interface Scratch {
  readonly directory: string
  /** Writes a file and answers its path. */
  file(name: string, content: string | Uint8Array): string
  path(name: string): string
}

/** A directory that is gone after the file's tests, with the cache of traces in it. */
export function scratch(): Scratch {
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-cli-'))
  const before = process.env.COUCHESTOR_CACHE
  process.env.COUCHESTOR_CACHE = join(directory, '.cache')
  afterAll(() => {
    if (before === undefined) delete process.env.COUCHESTOR_CACHE
    else process.env.COUCHESTOR_CACHE = before
    rmSync(directory, { recursive: true, force: true })
  })
  const path = (name: string): string => join(directory, name)
  return {
    directory,
    path,
    file: (name, content) => {
      writeFileSync(path(name), content)
      return path(name)
    },
  }
}
