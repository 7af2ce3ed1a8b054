/**
 * A real Prometheus that scrapes one exporter every second, where the program is installed; else a
 * test says so in one line, and CI refuses that.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { freePort } from '../../controlplane/ports.js'

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0

export interface RealPrometheus {
  readonly url: string
  stop(): Promise<void>
}

export async function startPrometheus(exporterUrl: string): Promise<RealPrometheus> {
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-prometheus-'))
  const port = await freePort()
  const { host } = new URL(exporterUrl)
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'exporter', static_configs: [{ targets: [host] }] }],
  }
  // JSON is YAML.
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config))
  const process = spawn(
    'prometheus',
    [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: directory, stdio: 'ignore' },
  )
  const ended = new Promise(resolve => process.once('close', resolve))
  const url = `http://127.0.0.1:${port}`
  await ready(url, process)
  return {
    url,
    stop: async () => {
      process.kill('SIGKILL')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function ready(url: string, process: ChildProcess): Promise<void> {
  for (;;) {
    if (process.exitCode !== null) throw new Error('Prometheus ended by itself')
    const answer = await fetch(`${url}/-/ready`).catch(() => null)
    if (answer?.ok === true) return
    await later(50)
  }
}
