import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../tidy/source.js'

test('the kernel that is checked in is what its source builds', () => {
  const script = join(repository, 'scripts', 'kernel.mjs')
  const built = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect([built.stderr, built.status]).toEqual(['', 0])
})
