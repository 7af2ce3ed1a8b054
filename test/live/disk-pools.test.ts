import { afterEach, describe, expect, it } from 'vitest'
import { openApi } from '../../src/kubernetes/transport.js'
import { DiskPools } from '../../src/live/disk-pools.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { answerJson, bare, serve } from './servers.js'

const quick = { ...systemTiming, sleep: () => systemTiming.sleep(5000) }
let pools: DiskPools | null = null
afterEach(() => pools?.stop())

/** Serves one version, and ends each watch at once. */
function serving(version: string, name: string): Parameters<typeof serve>[0] {
  const apiVersion = `openebs.io/${version}`
  const metadata = { name, namespace: 'mayastor', uid: name, resourceVersion: '1' }
  const items = [{ apiVersion, kind: 'DiskPool', metadata, spec: { node: 'n', disks: ['d'] } }]
  const list = answerJson({ apiVersion, kind: 'List', metadata: { resourceVersion: '1' }, items })
  const gone = bare(410)
  const none = bare(404)
  return (asked, response) => {
    const path = asked.url ?? ''
    if (!path.includes(`/${version}/`)) return none(asked, response)
    return path.includes('watch=true') ? gone(asked, response) : list(asked, response)
  }
}

describe('DiskPools', () => {
  it('are found again when their version is served no longer', async () => {
    const server = await serve(serving('v1beta2', 'before'))
    const api = openApi({ url: server.url, tls: {}, headers: async () => ({}) }, systemTiming)
    pools = new DiskPools(api, quick)
    pools.start()
    await pools.whenListed()
    const names = () => [...(pools?.objects()?.keys() ?? [])].map(key => key.split('/').at(-1))
    expect(names()).toEqual(['before'])
    const listsBefore = pools.lists()
    expect(listsBefore).toBeGreaterThan(0)
    server.answer = bare(404)
    await expect.poll(() => pools?.trouble()).not.toBeNull()
    expect(names()).toEqual(['before'])
    server.answer = serving('v1beta3', 'after')
    await expect.poll(names, { timeout: 10_000 }).toEqual(['after'])
    expect(pools.lists()).toBeGreaterThan(listsBefore)
  })
})
