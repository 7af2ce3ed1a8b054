import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repository } from '../tidy/source.js'

/** The program as it is installed where no native package is: built files, and what they need. */
const folder = mkdtempSync(join(tmpdir(), 'couchestor-native-'))
cpSync(join(repository, 'dist', 'src'), join(folder, 'src'), { recursive: true })
writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
mkdirSync(join(folder, 'node_modules'))
for (const name of ['piscina', '@node-rs']) {
  symlinkSync(join(repository, 'node_modules', name), join(folder, 'node_modules', name))
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The family and engine that are chosen, or the errors. */
function choose(wish: object): unknown {
  const script = `
    import { chooseEngine } from './src/ec/engines.js'
    const code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
    const answer = await chooseEngine({ code, ...${JSON.stringify(wish)} }).then(
      ({ name, family }) => ({ name, family }),
      error => error.errors,
    )
    process.stdout.write(JSON.stringify(answer))`
  const parameters = ['--input-type=module', '--eval', script]
  const child = spawnSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8' })
  return JSON.parse(child.stdout)
}

const lrc = { kind: 'lrc', dataShards: 12, localGroups: 2, globalParities: 2 }

describe('without native packages', () => {
  test('the portable engine does what its family can', () => {
    const portable = { name: 'portable', family: 'gf256/1' }
    expect(choose({})).toEqual(portable)
    expect(choose({ family: 'gf256/1' })).toEqual(portable)
    expect(choose({ code: lrc })).toEqual(portable)
  })

  test('a family that no engine here can do is NATIVE_MISSING, with what to install', () => {
    expect(choose({ family: 'cauchy-xor/1' })).toMatchObject([
      {
        code: 'NATIVE_MISSING',
        message: expect.stringContaining('@ronomon/reed-solomon'),
        hint: expect.stringContaining('npm install @ronomon/reed-solomon'),
      },
    ])
  })

  test('an engine that was named and is missing is not replaced by another', () => {
    expect(choose({ engine: 'isa-l' })).toMatchObject([
      {
        code: 'NATIVE_MISSING',
        message: expect.stringContaining('koffi'),
        hint: expect.stringContaining('npm install koffi'),
      },
    ])
  })

  test('a whole coder works', () => {
    const script = `
      import { openCoder } from './src/ec/open-coder.js'
      import { stripeGeometry } from './src/core/stripe.js'
      const code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
      const coder = await openCoder({ geometry: stripeGeometry(code, 65536), threads: 1 })
      const place = await coder.take()
      await coder.encode(place, place.stripes)
      process.stdout.write(coder.engine + ' ' + (await coder.verify(place, 2)).length)
      await coder.close()`
    const parameters = ['--input-type=module', '--eval', script]
    const child = spawnSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8' })
    expect([child.stderr, child.stdout, child.status]).toEqual(['', 'portable 0', 0])
  })
})
