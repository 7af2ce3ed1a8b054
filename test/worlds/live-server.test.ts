/** All of a live world keeps the contract of every world, on a real API server. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { worldContract } from './contract.js'
import { LiveServer } from './live-server.js'

const assets = controlPlaneAssets()

describe.runIf(assets !== null)('on an API server', () => {
  let server: LiveServer

  beforeAll(async () => {
    if (assets !== null) server = await LiveServer.start(assets)
  })
  afterEach(() => server?.clear())
  afterAll(() => server?.stop())

  worldContract('Mayastor’s REST API', { cordons: 'carried', stripes: 'refused' }, () =>
    server.open('rest'),
  )
  worldContract('MayastorVolume objects', { cordons: 'refused', stripes: 'refused' }, () =>
    server.open('custom-resources'),
  )
})
