import { describe, expect, it } from 'vitest'
import { TwinClock } from '../../src/live/twin-clock.js'
import { second } from '../core/cluster.js'
import { servedTwin } from '../sim/wire/served.js'
import { clientOf } from './servers.js'

describe('the clock of a twin on the wire', () => {
  it('stands while it is awake, and sleeps as long as it asks', async () => {
    const served = await servedTwin()
    const clock = new TwinClock(clientOf(`${served.origin}/twin/v1`), 'operator')
    await clock.join()
    const beganUs = clock.now()
    expect((await served.advance(60 * second)).status).toBe(409)
    const sleeping = clock.sleepUntil(beganUs + 30 * second)
    let moved = await served.advance(30 * second)
    while (moved.status === 409) moved = await served.advance(30 * second)
    expect(await sleeping).toBe('time')
    expect(clock.now()).toBe(beganUs + 30 * second)
    await clock.leave()
    expect((await served.advance(60 * second)).status).toBe(200)
  })

  it('that nobody serves says where it should be', async () => {
    const served = await servedTwin()
    const elsewhere = new TwinClock(clientOf(`${served.origin}/nowhere`), 'operator')
    await expect(elsewhere.join()).rejects.toThrow(`${served.origin}/nowhere answers 404`)
  })
})
