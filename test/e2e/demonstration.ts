/** `npm run demo` as somebody uses it: looks until a volume has moved, and ends it by Ctrl-C. */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, endOf } from './program.js'

/** A line that tells of a volume that arrived. */
export const aMove = /^ {2}\S+: hot → (warm|cold), completed$/m

/** Where no volume moves, it ends by itself, and says so by its status. */
const mostSeconds = '180'

/** What came of it, or of building it. */
export async function demonstrated(): Promise<Ended> {
  // Built aside: other tests run what is in dist.
  const built = join('node_modules', '.cache', 'couchestor', `demo-${process.pid}`)
  try {
    const compiler = ['tsc', '-p', 'tsconfig.bench.json', '--outDir', built]
    const compiled = await endOf(spawn('npx', compiler))
    if (compiled.status !== 0) return compiled
    const main = join(built, 'test', 'demo', 'main.js')
    const child = spawn(process.execPath, [main, '--for', mostSeconds])
    let text = ''
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString('utf8')
      if (aMove.test(text)) child.kill('SIGINT')
    })
    return await endOf(child)
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}
