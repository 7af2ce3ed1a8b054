/** All subcommands together, and what they share. */
import type { Command } from 'commander'
import { type Define, type Ending, examples } from './command.js'
import type { Terminal } from './terminal.js'
import { defineTrace } from './trace.js'
import { programVersion } from './version.js'

const commands: readonly Define[] = [defineTrace]

export function defineCommands(program: Command, terminal: Terminal): Ending {
  const ending: Ending = { status: 0 }
  program
    .description('Storage tiering for Kubernetes volumes, simulation first.')
    .version(programVersion())
    .addHelpText(
      'before',
      examples(
        'couchestor simulate scenarios/quick-start.yaml',
        'couchestor simulate --trace mine.csv.gz --policy policy.yaml',
        'couchestor trace inspect mine.csv.gz',
      ),
    )
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal.answer(text.trimEnd()),
      writeErr: () => {},
    })
  for (const define of commands) define(program, terminal, ending)
  return ending
}
