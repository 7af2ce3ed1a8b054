/**
 * The operator killed at each step of its migrations, with no time to say goodbye: the next one
 * goes on, and at the end all volumes are whole, in their tier, with no cordon and no finalizer of
 * ours.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import {
  hourUs,
  joined,
  minuteUs,
  type Started,
  startCluster,
  type TestCluster,
  until,
} from './cluster.js'
import { scratch } from './program.js'
import { expectWhole } from './whole.js'

const assets = controlPlaneAssets()

describe.runIf(assets !== null)('an operator that is killed', () => {
  let cluster: TestCluster

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startCluster(assets, scratch())
    await cluster.advance(hourUs)
  })
  afterAll(() => cluster?.stop())

  it('after any of its commands is followed by one that goes on', async () => {
    const killed: number[] = []
    for (let commands = 1; commands <= 12; commands++) {
      const operator = cluster.operator()
      await joined(cluster)
      if (!(await killedAfter(cluster, operator, commands))) break
      killed.push(commands)
    }
    expect(killed.length).toBeGreaterThanOrEqual(4)
    const last = cluster.operator()
    await joined(cluster)
    await cluster.advance(3 * hourUs)
    last.child.kill('SIGTERM')
    await last.ended
    await expectWhole(cluster)
    // Each one waits for the lease of the one before.
  }, 300_000)
})

/** False: it had nothing more to do. Time moves on minute by minute, as long as it lives. */
async function killedAfter(
  cluster: TestCluster,
  { child, ended, lines }: Started,
  commands: number,
): Promise<boolean> {
  const sent = (): number => lines().filter(line => line.includes('"command sent"')).length
  let isOver = false
  const time = (async () => {
    for (let minute = 0; minute < 45 && !isOver; minute++) {
      await Promise.race([cluster.advance(minuteUs), ended])
    }
  })()
  const isKilled = await Promise.race([
    time.then(() => false),
    until(() => (sent() >= commands ? true : null), 'command'),
  ])
  isOver = true
  child.kill('SIGKILL')
  await ended
  await time
  return isKilled
}
