import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lease } from '../../src/kubernetes/lease.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { administrator } from './administrator.js'
import { never, quick } from './leasing.js'

const second = 1_000_000

const assets = controlPlaneAssets()

describe('a lease on a real API server', () => {
  let plane: ControlPlane
  beforeAll(async () => {
    if (assets !== null) plane = await startControlPlane(assets)
  })
  afterAll(() => plane?.stop())

  /** Each with connections of its own; closing them is how one stops renewing. */
  function contender(name: string, identity: string) {
    const api = openApi(administrator(plane), systemTiming)
    const settings = { ...quick, namespace: 'default', name, identity }
    return { api, lease: new Lease(api, settings, systemTiming) }
  }

  function leaseOf(name: string): string {
    return `/apis/coordination.k8s.io/v1/namespaces/default/leases/${name}`
  }

  it.runIf(assets !== null)('hands a lease over when it is given back', async () => {
    const [a, b] = [contender('given', 'a'), contender('given', 'b')]
    const first = await a.lease.acquire(never())
    const waiting = b.lease.acquire(never())
    let isTaken = false
    void waiting.then(() => {
      isTaken = true
    })
    await systemTiming.sleep(2 * second)
    expect([first.epoch, first.holdsForUs() > second, isTaken]).toEqual([1, true, false])
    expect(b.lease.trouble()).toBe('a holds it')
    const releasedUs = systemTiming.monotonicUs()
    await first.release()
    const next = await waiting
    expect(systemTiming.monotonicUs() - releasedUs).toBeLessThan(second)
    expect([next.epoch, first.holdsForUs() <= 0]).toEqual([2, true])
    const { body } = await plane.call('GET', leaseOf('given'))
    expect(body).toMatchObject({
      spec: { holderIdentity: 'b', leaseDurationSeconds: 2, leaseTransitions: 1 },
    })
    await next.release()
    for (const one of [a, b]) one.api.close()
  })

  it.runIf(assets !== null)('gives the lease of one who stopped to another', async () => {
    const [a, b] = [contender('stopped', 'a'), contender('stopped', 'b')]
    const first = await a.lease.acquire(never())
    const waiting = b.lease.acquire(never())
    await systemTiming.sleep(second / 2)
    a.api.close()
    const next = await waiting
    expect(first.holdsForUs()).toBeLessThanOrEqual(0)
    expect(await first.lost).toContain('it could not be renewed in time')
    expect(next.epoch).toBe(2)
    await next.release()
    b.api.close()
  })

  it.runIf(assets !== null)('does not bring back a lease that was deleted', async () => {
    const { api, lease } = contender('deleted', 'a')
    const held = await lease.acquire(never())
    await plane.call('DELETE', leaseOf('deleted'))
    expect(await held.lost).toBe('it was deleted')
    expect((await plane.call('GET', leaseOf('deleted'))).status).toBe(404)
    api.close()
  })
})
