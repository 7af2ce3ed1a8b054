/**
 * A law that is broken in a cluster: the operator says so, pauses itself, and sends nothing more
 * until a person resumes it, a restart notwithstanding.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { hourUs, joined, minuteUs, startCluster, type TestCluster } from './cluster.js'
import { commandsOf, passUntil } from './passing.js'
import { scratch } from './program.js'
import { cordoned } from './whole.js'
import { WrongMayastor } from './wrong-replica.js'

const assets = controlPlaneAssets()

describe.runIf(assets !== null)('an operator in whose cluster a law is broken', () => {
  let cluster: TestCluster
  let mayastor: WrongMayastor

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startCluster(assets, scratch())
    mayastor = await WrongMayastor.before(cluster)
    await cluster.advance(hourUs)
  })
  afterAll(async () => {
    await mayastor?.close()
    await cluster?.stop()
  })

  it('pauses itself, also for the next one, until a person resumes it', async () => {
    const misled = cluster.operator(['--mayastor-url', mayastor.url])
    await joined(cluster)
    const broken = (): boolean => misled.lines().some(line => line.includes('"law broken"'))
    const { isSo, rest } = await passUntil(cluster, broken)
    expect(isSo).toBe(true)
    await rest
    const line = misled.lines().find(one => one.includes('"law broken"')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ law: 2, level: 'error' })
    expect(line).toContain('nothing steered the removal of a synced copy')
    const before = commandsOf(misled).length
    await cluster.advance(hourUs)
    const since = commandsOf(misled).slice(before)
    expect(since.filter(one => !/"(uncordon|unlabel)-/.test(one))).toEqual([])
    expect(await cordoned(cluster)).toEqual([])
    misled.child.kill('SIGKILL')
    await misled.ended
    await cluster.ask('DELETE', '/twin/v1/parties/operator')

    const next = cluster.operator()
    await joined(cluster)
    await cluster.advance(hourUs)
    expect(commandsOf(next)).toEqual([])
    const flags = ['--kubeconfig', cluster.kubeconfig]
    const resumed = cluster.run(['resume', ...flags])
    expect((await resumed.ended).status).toBe(0)
    expect(resumed.lines().join('\n')).toMatch(/paused since .*: law 2 was broken by \S+: \S+ of /)
    const goesOn = await passUntil(cluster, () => commandsOf(next).length > 0, 3 * 60)
    expect(goesOn.isSo).toBe(true)
    await goesOn.rest
    await cluster.advance(minuteUs)
    next.child.kill('SIGTERM')
    expect((await next.ended).status).toBe(143)
  })
})
