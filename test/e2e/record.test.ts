/**
 * An operator that records, as a process of its own: it moves volumes between a real API server and
 * the twin, is killed, and what it decided is decided again and explained.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { hourUs, joined, startCluster, type TestCluster, until } from './cluster.js'
import { couchestor, type Ended, scratch } from './program.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const recording = join(cwd, 'recording')

let cluster: TestCluster

beforeAll(async () => {
  if (assets === null) return
  cluster = await startCluster(assets, cwd)
  await cluster.advance(hourUs)
})
afterAll(() => cluster?.stop())

const asked = (...words: readonly string[]): Promise<Ended> => couchestor(words, { cwd })

describe.runIf(assets !== null)('an operator that records', () => {
  it('is explained live before it begins', async () => {
    const { status, out } = await asked('explain', 'default/logs-0', ...cluster.flags)
    expect(status).toBe(0)
    expect(out).toMatch(
      /^\S+ at \S+Z, live\n(moves|blocked), hot → cold \[\S+\], since \S+\n {2}Why: /,
    )
    const other = await asked('explain', 'default/logs-99', ...cluster.flags)
    expect([other.status, other.notes]).toEqual([2, expect.stringContaining('did you mean')])
  })

  it('is decided alike, also after a kill', async () => {
    const operator = cluster.operator(['--record', recording])
    await joined(cluster)
    await cluster.advance(3 * hourUs)
    await until(() => (existsSync(recording) ? readdirSync(recording).length : null), 'recording')
    operator.child.kill('SIGTERM')
    await operator.ended
    const ended = await asked('replay', recording, '--json')
    expect(ended.status, ended.out + ended.notes).toBe(0)
    const { rounds, decisions, starts, difference } = JSON.parse(ended.out)
    expect(difference).toBeNull()
    expect(rounds).toBeGreaterThan(50)
    expect(decisions).toBeGreaterThan(4)
    expect(starts).toBeGreaterThan(0)

    const again = cluster.operator(['--record', recording])
    await joined(cluster)
    await cluster.advance(hourUs)
    again.child.kill('SIGKILL')
    await again.ended
    expect(readdirSync(recording).length).toBe(2)
    const both = await asked('replay', recording, '--json')
    expect(both.status, both.out + both.notes).toBe(0)
    expect(JSON.parse(both.out).rounds).toBeGreaterThan(rounds)
  })

  it('is explained from its recording, and live again', async () => {
    const { status, out } = await asked('explain', 'default/logs-0', '--in', recording)
    expect(status).toBe(0)
    expect(out).toMatch(/^\S+ at \S+Z, recorded by \S+\nstays on cold \[/)
    expect(out).toMatch(/Its migrations, newest first:\n.*hot → cold.*completed/)
    const live = await asked('explain', 'default/logs-0', ...cluster.flags, '--json')
    expect(live.status, live.notes).toBe(0)
    const { run, decision, migrations } = JSON.parse(live.out)
    expect(run).toBe('live')
    expect(decision).toMatchObject({ from: 'cold' })
    expect(migrations).toMatchObject([{ outcome: 'completed' }])
  })
})
