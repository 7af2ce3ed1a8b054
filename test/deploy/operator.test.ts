/**
 * The operator as the chart's service account, and nobody else: it moves a volume, is refused
 * nothing, and uses what the chart says that it uses. The server's own audit log tells.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { pathOf } from '../controlplane/definitions.js'
import { hourUs } from '../e2e/cluster.js'
import { scratch } from '../e2e/program.js'
import { scenarioIn } from '../e2e/small-scenario.js'
import {
  type AuditedCluster,
  argumentsOf,
  compared,
  startAuditedCluster,
  wordsOfTest,
} from './audited-cluster.js'
import { only, rendered } from './chart.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const chart = rendered({ 'namespace.create': true, 'rbac.seedFloor': false })

describe('the operator under the rights of the chart', () => {
  let cluster: AuditedCluster

  beforeAll(async () => {
    if (assets === null) return
    const audience = { account: 'couchestor-operator', manifests: chart } as const
    cluster = await startAuditedCluster(assets, { ...audience, cwd, scenario: scenarioIn(cwd) })
    await cluster.advance(hourUs)
  })
  afterAll(() => cluster?.stop())

  it.runIf(assets !== null)(
    'moves a volume, is refused nothing, and uses every right',
    async () => {
      const { plane, asked, advance, joined, run } = cluster
      const operator = run([...argumentsOf(only(chart, 'Deployment')), ...wordsOfTest(cluster)])
      try {
        await joined()
        await advance(4 * hourUs)
      } finally {
        operator.child.kill('SIGTERM')
        await operator.ended
      }
      expect(operator.lines().join('\n')).toContain('the lease is given back')
      const { body } = await plane.call('GET', pathOf('VolumeMigration'))
      expect(JSON.stringify(body)).toContain('"outcome":"Completed"')
      expect(compared(asked(), chart)).toEqual({
        ...{ refused: [], usedNotGiven: [] },
        givenNotUsed: rare,
      })
    },
  )
})

/** A tale that is told again soon: in a move that goes well there is none. */
const rare = ['patch events.events.k8s.io']
