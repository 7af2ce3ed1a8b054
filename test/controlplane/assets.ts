/** Where the control plane's programs lie. Without them a test says so once; CI refuses that. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from '../tidy/source.js'

let told = false

export function controlPlaneAssets(): string | null {
  const script = join(repository, 'scripts', 'control-plane.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--where'], {
    encoding: 'utf8',
  })
  if (status === 0) return stdout.trim()
  if (process.env.CI === 'true') throw new Error(`CI needs a control plane: ${stderr}`)
  if (!told) process.stderr.write(`skipped: ${stderr}`)
  told = true
  return null
}
