import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { stripeGeometry } from '../../../src/core/stripe.js'
import type { Family } from '../../../src/ec/codec.js'
import { encode } from '../../../src/ec/file/encode.js'
import { nodeFileSystem } from '../../../src/ec/file/node-file-system.js'
import { untold } from '../../../src/ec/file/unfinished.js'
import { openCoder } from '../../../src/ec/open-coder.js'
import { enginesHere } from '../engines.js'
import { bytesSource, code, idOf, randomBytes } from './coded.js'

const scratch = mkdtempSync(join(tmpdir(), 'couchestor-python-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const script = fileURLToPath(new URL('read_coded.py', import.meta.url))

/** Every machine that runs the tests has it: the build of @ronomon/reed-solomon needs it too. */
function readWithPython(directory: string): Buffer {
  const ended = spawnSync('python3', [script, directory], { maxBuffer: 1 << 24 })
  if (ended.error !== undefined) throw new Error(`python3 is needed: ${ended.error.message}`)
  if (ended.status !== 0) throw new Error(ended.stderr.toString('utf8'))
  return ended.stdout
}

async function encoded(name: string, family: Family, user: Uint8Array): Promise<string> {
  const geometry = stripeGeometry(code(name), 300_000)
  const coder = await openCoder({ geometry, family, threads: 1 })
  const directory = join(scratch, `${name}-${family.slice(0, 5)}`)
  try {
    await encode({
      source: bytesSource(user),
      directory,
      coder,
      files: nodeFileSystem,
      volume: idOf(name),
      force: false,
      unfinished: untold,
      progress: () => {},
    })
  } finally {
    await coder.close()
  }
  return directory
}

const user = randomBytes('python', 654_321)

test.each([
  { name: 'rs-3-1', lost: [2] },
  { name: 'rs-4-2', lost: [0, 3] },
  { name: 'rs-10-4', lost: [0, 4, 9, 11] },
  { name: 'lrc-4-2-1', lost: [1, 2] },
  { name: 'lrc-12-2-2', lost: [0, 1, 7, 14] },
  { name: 'lrc-9-3-3', lost: [0, 1, 2, 3] },
])('a script that shares no code with us reads $name without $lost', async ({ name, lost }) => {
  const directory = await encoded(name, 'gf256/1', user)
  expect(Buffer.compare(readWithPython(directory), user)).toBe(0)
  for (const pool of lost) {
    rmSync(join(directory, `pool-${pool}`), { recursive: true, force: true })
  }
  expect(Buffer.compare(readWithPython(directory), user)).toBe(0)
})

test('it finds a flipped bit and a container that is cut short, as we do', async () => {
  const directory = await encoded('rs-2-2', 'gf256/1', user)
  truncateSync(join(directory, 'pool-0', 'container'), 400_000)
  writeFileSync(join(directory, 'pool-1', 'container'), 'x', { flag: 'r+' })
  expect(Buffer.compare(readWithPython(directory), user)).toBe(0)
})

const others = (await enginesHere()).map(({ family }) => family).filter(one => one !== 'gf256/1')

test.each(others)('of the family %s it reads the data shards', async family => {
  const directory = await encoded('rs-4-2', family, user)
  expect(Buffer.compare(readWithPython(directory), user)).toBe(0)
})
