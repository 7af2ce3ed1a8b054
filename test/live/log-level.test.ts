/** The level of the log, as a person writes it into a ConfigMap on a real API server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LiveJournal } from '../../src/live/journal.js'
import { operatorMapName } from '../../src/live/operator-map.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { configMaps, JournalServer, read, stored } from './journal-server.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)

describe('the ConfigMap of the operator', () => {
  let server: JournalServer
  let journal: LiveJournal

  beforeAll(async () => {
    if (assets === null) return
    server = await JournalServer.start(assets)
    journal = await server.open()
  })
  afterAll(async () => {
    await server?.clear()
    await server?.stop()
  })

  onServer('hears at once which level of the log a person wrote, and keeps it', async () => {
    const words: (string | null)[] = []
    journal.onLogLevel(word => words.push(word))
    read(await journal.operator())
    const annotate = (level: string | null) => {
      const annotations = { 'storage.billyronks.io/log-level': level }
      return server.api.merge(configMaps, operatorMapName, { metadata: { annotations } })
    }
    await annotate('debug')
    await expect.poll(() => words.at(-1)).toBe('debug')
    stored(await journal.replaceOperator({ ...read(await journal.operator()), epoch: 7 }))
    expect(await server.api.get(configMaps, operatorMapName)).toMatchObject({
      value: { metadata: { annotations: { 'storage.billyronks.io/log-level': 'debug' } } },
    })
    await annotate(null)
    await expect.poll(() => words.at(-1)).toBeNull()
  })
})
