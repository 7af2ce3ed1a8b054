import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recorder } from '../../src/kubernetes/recorder.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { administrator } from './administrator.js'
import { settings, taleOf } from './telling.js'

const second = 1_000_000
const assets = controlPlaneAssets()

describe('a recorder on a real API server', () => {
  let plane: ControlPlane
  beforeAll(async () => {
    if (assets !== null) plane = await startControlPlane(assets)
  })
  afterAll(() => plane?.stop())

  it.runIf(assets !== null)('shows each event and its series, of the right object', async () => {
    const api = openApi(administrator(plane), systemTiming)
    const told = recorder(api, settings, systemTiming)
    const long = { note: 'ü€😀'.repeat(500), reason: 'Longest'.repeat(50) }
    const { regarding } = taleOf()
    // As long as names may be, and cut where none may end.
    const name = `${'a'.repeat(200)}.b${'-'.repeat(40)}${'c'.repeat(11)}`
    told.tell(taleOf())
    await told.flush(10 * second)
    for (let times = 0; times < 3; times++) told.tell(taleOf())
    told.tell(taleOf({ ...long, regarding: { ...regarding, name, uid: 'b' } }))
    const named = { name: 'claim', namespace: 'kube-system', uid: 'c' }
    told.tell(taleOf({ regarding: { ...regarding, ...named }, type: 'Warning' }))
    told.tell(taleOf({ action: '', note: 'refused' }))
    await told.flush(10 * second)
    const { body } = await plane.call('GET', '/apis/events.k8s.io/v1/events')
    expect(told.dropped(), 'the one without an action').toBe(1)
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ regarding, series: expect.objectContaining({ count: 4 }) }),
        expect.objectContaining({ regarding: { ...regarding, name, uid: 'b' } }),
        expect.objectContaining({ regarding: { ...regarding, ...named }, type: 'Warning' }),
      ]),
    })
    api.close()
  })
})
