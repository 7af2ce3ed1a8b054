/** Where what stands in for kubelets lies. Without it a test says so once; CI refuses that. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../tidy/source.js'

let told = false

/** `assets` are the control plane's: one of one's own may schedule nothing. */
export function kubeletProgram(assets: string | null): string | null {
  if (assets === null) return null
  if (!existsSync(join(assets, 'kube-scheduler')))
    return missing(`no kube-scheduler in ${assets}\n`)
  const script = join(repository, 'scripts', 'kubelet.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--where'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : missing(stderr)
}

function missing(why: string): null {
  if (process.env.CI === 'true') throw new Error(`CI needs a stand-in for kubelets: ${why}`)
  if (!told) process.stderr.write(`skipped: ${why}`)
  told = true
  return null
}
