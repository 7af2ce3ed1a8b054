/** `couchestor config show`: what every option is now, and who said so. */
import type { Command } from 'commander'
import { Refused } from '../core/errors.js'
import { nearest } from '../core/nearest.js'
import { type Define, examples } from './command.js'
import { configure, fullName, leaves, type Origin, originsOf } from './configuration.js'
import type { Terminal } from './terminal.js'
import { documentOf } from './version.js'

interface ShowOptions {
  readonly origin: boolean
  readonly json: boolean
}

export const defineConfig: Define = (program, terminal) => {
  const config = program
    .command('config')
    .summary('show the settings and where they come from')
    .description(
      'Flags win over COUCHESTOR_* variables, those over the file, the file over defaults.',
    )
    .addHelpText('before', examples('couchestor config show --origin'))
  config
    .command('show')
    .description('Shows every option of every command, or of one.')
    .argument('[command]', 'as simulate, or "trace inspect"')
    .addHelpText(
      'before',
      examples('couchestor config show --origin', 'couchestor config show simulate --json'),
    )
    .option('--origin', 'say where each value comes from', false)
    .option('--json', 'one JSON document on stdout', false)
    .action(async (name: string | undefined, options: ShowOptions) => {
      await show(program, name ?? null, options, terminal)
    })
}

async function show(
  program: Command,
  name: string | null,
  options: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  const all = leaves(program)
  const commands = all.filter(one => name === null || fullName(one) === name)
  if (commands.length === 0) throw unknownCommand(name ?? '', all.map(fullName))
  const found: { readonly command: string; readonly options: readonly Origin[] }[] = []
  for (const command of commands) {
    await configure(command)
    found.push({ command: fullName(command), options: originsOf(command) })
  }
  if (options.json) {
    terminal.answer(JSON.stringify(documentOf('config', { commands: found })))
    return
  }
  for (const { command, options: origins } of found) {
    for (const { option, value, from } of origins) {
      const origin = options.origin ? `  (${from})` : ''
      terminal.answer(`${command} ${option} = ${JSON.stringify(value)}${origin}`)
    }
  }
}

function unknownCommand(name: string, known: readonly string[]): Refused {
  const guess = nearest(name, known)
  const hint = guess === null ? `known: ${known.join(', ')}` : `did you mean ${guess}?`
  return new Refused([{ code: 'USAGE', message: `there is no command ${name}`, where: {}, hint }])
}
