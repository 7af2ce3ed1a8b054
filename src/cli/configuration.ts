/**
 * Where the value of an option comes from: the flag, then the environment, then the file, then its
 * default. The environment's name of `--against` is COUCHESTOR_AGAINST; the file has one section a
 * command.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command, Option } from 'commander'
import { Refused } from '../core/errors.js'
import { isObject } from '../core/field.js'
import { nearest } from '../core/nearest.js'

export interface Origin {
  readonly option: string
  readonly value: unknown
  /** `flag`, `environment NAME`, `file PATH`, `default`, or `not set`. */
  readonly from: string
}

/** Fills what no flag says. The file is read only when there is one. */
export async function configure(command: Command): Promise<void> {
  const file = configurationFile()
  const section = file === null ? {} : sectionOf(await readConfiguration(file), command, file)
  for (const option of command.options) {
    if (command.getOptionValueSource(option.attributeName()) === 'cli') continue
    const name = environmentNames(command, option).find(isGiven)
    const fromFile = section[keyOf(option)]
    if (name !== undefined) {
      const given = process.env[name] ?? ''
      set(command, option, valueOfText(option, given, name), `environment ${name}`)
    } else if (fromFile !== undefined) {
      const field = `${fullName(command)}.${keyOf(option)}`
      set(
        command,
        option,
        valueOfFile(option, fromFile, { file: `${file}`, field }),
        `file ${file}`,
      )
    }
  }
}

/** What each option of a command is now, and who said so. */
export function originsOf(command: Command): readonly Origin[] {
  return command.options.map(option => {
    const name = option.attributeName()
    const value: unknown = command.getOptionValue(name) ?? null
    const source = command.getOptionValueSource(name)
    const from = source === 'cli' ? 'flag' : (source ?? 'not set')
    return { option: `--${keyOf(option)}`, value, from }
  })
}

/** Flags whose bare names deployments of the Community Edition set; they count after ours. */
const bareNamed: ReadonlySet<string> = new Set([
  'prometheus-url',
  'max-concurrent-migrations',
  'migration-timeout-minutes',
  'sync-poll-interval-seconds',
  'dry-run',
  'preservation-mode',
  'mayastor-namespace',
  'metrics-addr',
  'health-addr',
  'log-level',
  'log-json',
])

function environmentNames(command: Command, option: Option): readonly string[] {
  const bare = keyOf(option).toUpperCase().replaceAll('-', '_')
  const own = `COUCHESTOR_${bare}`
  return command.name() === 'operator' && bareNamed.has(keyOf(option)) ? [own, bare] : [own]
}

function isGiven(name: string): boolean {
  return (process.env[name] ?? '') !== ''
}

/** The first that is there: what COUCHESTOR_CONFIG names, ./couchestor.yaml, the user's own. */
function configurationFile(): string | null {
  const { COUCHESTOR_CONFIG, XDG_CONFIG_HOME } = process.env
  if (COUCHESTOR_CONFIG !== undefined && COUCHESTOR_CONFIG !== '') return COUCHESTOR_CONFIG
  const own = join(XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'couchestor', 'config.yaml')
  return ['couchestor.yaml', own].find(file => existsSync(file)) ?? null
}

async function readConfiguration(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { readYaml } = await import('./scenario/yaml-file.js')
  const value: unknown = readYaml(file)[0]?.value ?? {}
  if (isObject(value)) return value
  throw wrong(file, '', 'the file is no configuration', 'give {simulate: {seed: 7}}')
}

function sectionOf(
  file: Readonly<Record<string, unknown>>,
  command: Command,
  path: string,
): Readonly<Record<string, unknown>> {
  const name = fullName(command)
  refuseUnknown(Object.keys(file), leaves(rootOf(command)).map(fullName), 'command', path)
  const section = file[name] ?? {}
  if (!isObject(section)) throw wrong(path, name, 'a section is no object', 'give {seed: 7}')
  refuseUnknown(Object.keys(section), command.options.map(keyOf), `option of ${name}`, path)
  return section
}

function refuseUnknown(
  keys: readonly string[],
  known: readonly string[],
  what: string,
  path: string,
): void {
  const unknown = keys.find(key => !known.includes(key))
  if (unknown === undefined) return
  const guess = nearest(unknown, known)
  const hint = guess === null ? `known: ${known.join(', ')}` : `did you mean ${guess}?`
  throw wrong(path, unknown, `there is no ${what} called ${unknown}`, hint)
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

/** Commands that do something themselves. */
export function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves)
}

/** `trace inspect` for the subcommand of a subcommand. */
export function fullName(command: Command): string {
  const { parent } = command
  const isTop = parent === null || parent.parent === null
  return isTop ? command.name() : `${fullName(parent)} ${command.name()}`
}

function keyOf(option: Option): string {
  return option.long?.replace(/^--/, '') ?? option.name()
}

function set(command: Command, option: Option, value: unknown, source: string): void {
  command.setOptionValueWithSource(option.attributeName(), value, source)
}

function valueOfText(option: Option, text: string, name: string): unknown {
  if (option.isBoolean()) {
    if (text === 'true' || text === '1') return true
    if (text === 'false' || text === '0') return false
    const where = { field: name }
    const message = `${name} is ${JSON.stringify(text)}`
    throw new Refused([{ code: 'USAGE', message, where, hint: 'give true or false' }])
  }
  return collected(option, text.split(','), text)
}

function valueOfFile(
  option: Option,
  value: unknown,
  where: { readonly file: string; readonly field: string },
): unknown {
  const kind = option.isBoolean() ? 'boolean' : 'text'
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isFit = (one: unknown): boolean =>
    kind === 'boolean' ? typeof one === 'boolean' : ['string', 'number'].includes(typeof one)
  if (!values.every(isFit) || (kind === 'boolean' && Array.isArray(value))) {
    const hint = kind === 'boolean' ? 'give true or false' : 'give a text or a number'
    throw wrong(where.file, where.field, `the value is ${JSON.stringify(value)}`, hint)
  }
  if (kind === 'boolean') return value
  const texts = values.map(String)
  return collected(option, texts, texts.join(','))
}

/** An option that may be repeated takes a list, and any other one the whole text. */
function collected(option: Option, values: readonly string[], text: string): unknown {
  const { parseArg, defaultValue } = option
  if (parseArg === undefined) return Array.isArray(defaultValue) ? values : text
  if (!Array.isArray(parseArg(text, defaultValue))) return parseArg(text, defaultValue)
  return values.reduce<unknown>((before, value) => parseArg(value, before), defaultValue)
}

function wrong(file: string, field: string, message: string, hint: string): Refused {
  const where = field === '' ? { file } : { file, field }
  return new Refused([{ code: 'FIELD_INVALID', message, where, hint }])
}
