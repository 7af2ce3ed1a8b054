/** Statuses that an API server did not take, when the operator is told to stop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { joined, minuteUs, type Started, startCluster, type TestCluster, until } from './cluster.js'
import { scratch } from './program.js'
import { type StatusDoor, statusDoorBefore } from './status-door.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)

describe('an operator that is told to stop while statuses are not written', () => {
  let cluster: TestCluster
  let door: StatusDoor

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startCluster(assets, scratch())
    door = await statusDoorBefore(cluster.plane)
  })
  afterAll(async () => {
    door?.close()
    await cluster?.stop()
  })

  /** One whose status was refused, and is not due again before it ends. */
  async function refused(): Promise<Started> {
    const before = door.asked()
    door.statuses = 'refused'
    const operator = cluster.operator(['--kubeconfig', door.kubeconfig])
    await joined(cluster)
    await cluster.advance(minuteUs)
    await until(() => (door.asked() > before ? true : null), 'status')
    return operator
  }

  async function stopped(operator: Started): Promise<number | null> {
    operator.child.kill('SIGTERM')
    const { status } = await operator.ended
    await cluster.ask('DELETE', '/twin/v1/parties/operator')
    return status
  }

  const phase = async (): Promise<unknown> =>
    (await cluster.list('StoragePolicy'))[0]?.status?.phase

  onServer('ends all the same where the server does not answer', async () => {
    const operator = await refused()
    door.statuses = 'silent'
    const before = door.asked()
    expect(await stopped(operator)).toBe(143)
    expect(door.asked() - before).toBe(1)
    expect(await phase()).toBeUndefined()
  })

  onServer('tries each of them once more', async () => {
    const operator = await refused()
    door.statuses = 'taken'
    const before = door.asked()
    expect(await phase()).toBeUndefined()
    expect(await stopped(operator)).toBe(143)
    expect(door.asked() - before).toBe(1)
    expect(await phase()).toBeDefined()
  })
})
