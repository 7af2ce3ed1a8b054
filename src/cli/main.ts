#!/usr/bin/env node
/** The program: reads the command line, runs one command, ends with its status. */
import { Command } from 'commander'
import { fail } from './failure.js'
import { removeUnfinished, watchInterrupts } from './interrupt.js'
import { defineCommands } from './program.js'
import { processTerminal } from './terminal.js'

const terminal = processTerminal()
const isAsked = process.argv.includes('--json')
watchInterrupts()
const program = new Command('couchestor')
const ended = defineCommands(program, terminal)
try {
  await program.parseAsync(process.argv)
  process.exitCode = ended.status
} catch (error) {
  removeUnfinished()
  process.exitCode = fail(error, terminal, isAsked || ended.json)
}
