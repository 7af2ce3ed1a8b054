/** Coded directories in every state: whole, with a pool lost, and beyond their code. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { couchestor } from './program.js'

export async function codedIn(cwd: string): Promise<void> {
  for (const [name, pools] of [
    ['whole', []],
    ['degraded', [0, 4]],
    ['scrubbed', [5]],
    ['lost', [0, 1, 2]],
  ] as const) {
    const words = ['ec', 'encode', 'requests.csv', name, '--code', 'rs-4-2']
    const { status, notes } = await couchestor(words, { cwd })
    if (status !== 0) throw new Error(notes)
    for (const pool of pools) rmSync(join(cwd, name, `pool-${pool}`), { recursive: true })
  }
}
