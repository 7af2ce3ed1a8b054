/** Runs `scenario new`: the document with the help of its fields as comments. */
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Document, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import { helpOf } from '../../../sim/scenario/help.js'
import { starterDocument } from '../../../sim/scenario/starter.js'
import { Refused } from '../../core/errors.js'
import type { Ended } from '../command.js'
import { sizedFrom } from '../simulate/request.js'
import type { Terminal } from '../terminal.js'
import type { TraceOptions } from '../trace/reading.js'
import { relocated } from './load.js'

export interface NewScenarioOptions extends TraceOptions {
  readonly out?: string
  readonly force: boolean
}

export async function newScenarioCommand(
  options: NewScenarioOptions,
  terminal: Terminal,
): Promise<Ended> {
  const { out, trace } = options
  const isFile = out !== undefined && out !== '-'
  if (isFile && existsSync(out) && !options.force) {
    const message = 'the file is there already'
    const hint = 'choose another --out, or pass --force to replace it'
    throw new Refused([{ code: 'OUT_EXISTS', message, where: { file: out }, hint }])
  }
  const directory = isFile ? dirname(resolve(out)) : process.cwd()
  const document =
    trace.length === 0 ? starterDocument : relocated(await sizedFrom(options), directory)
  const text = commented(document)
  if (!isFile) {
    terminal.answer(text.trimEnd())
    return 0
  }
  writeFileSync(out, text)
  terminal.note(`Wrote ${out}. Next: couchestor simulate ${out}`)
  return 0
}

/** Each field's help stands above it where it is first met. */
function commented(value: Readonly<Record<string, unknown>>): string {
  const document = new Document(value)
  document.commentBefore = ' A scenario: what is simulated is what is applied.'
  const told = new Set<string>()
  comment(document.contents, [], told)
  return document.toString({ lineWidth: 100 })
}

function comment(node: unknown, path: readonly string[], told: Set<string>): void {
  if (isSeq(node)) {
    for (const item of node.items) comment(item, path, told)
    return
  }
  if (!isMap(node)) return
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const own = [...path, String(pair.key.value)]
    const help = helpOf(own)
    const key = own.join('.')
    if (help !== null && !told.has(key)) pair.key.commentBefore = ` ${help}`
    told.add(key)
    if (isNode(pair.value)) comment(pair.value, own, told)
  }
}
