/** What every subcommand's file exports, and how it says how it ended. */
import type { Command } from 'commander'
import type { Terminal } from './terminal.js'

/** 0: done. 1: done, and the answer is no. Errors are thrown as `Refused`. */
export type Ended = 0 | 1

/** Handed to each command, so that its action can say how it ended. */
export interface Ending {
  status: Ended
  /** One JSON document is wanted, also of an error; the environment or a file may say so too. */
  json: boolean
}

/**
 * Adds a subcommand. Heavy modules are imported inside its action: `--help` must not wait for them.
 */
export type Define = (program: Command, terminal: Terminal, ending: Ending) => void

/** Help that begins with examples. */
export function examples(...lines: readonly string[]): string {
  return `Examples:\n${lines.map(line => `  ${line}`).join('\n')}\n`
}
