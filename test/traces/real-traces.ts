/** Where the real traces lie. Without them a test says so in one line, and CI refuses that. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.COUCHESTOR_TRACES ?? '../shared/traces'
let told = false

export function realTrace(name: string): string | null {
  const file = join(folder, name)
  if (existsSync(file)) return file
  if (process.env.CI === 'true') throw new Error(`CI needs the real traces: ${file} is not there`)
  if (!told) process.stderr.write(`skipped: no real traces in ${folder} (COUCHESTOR_TRACES)\n`)
  told = true
  return null
}
