/**
 * The real CloudPhysics trace, end to end: read, replayed under the default policy, and counted.
 */
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SimulationDocument } from '../../src/core/result.js'
import { realTrace } from '../traces/real-traces.js'
import { couchestor, scratch } from './program.js'

const trace = realTrace('cloudphysics.vscsi')

describe('the CloudPhysics trace', () => {
  const cwd = scratch()

  it.runIf(trace !== null)('is replayed request by request', async () => {
    const words = ['simulate', '--trace', resolve(trace ?? ''), '--out', 'run', '--json']
    const { status, out } = await couchestor(words, { cwd })
    expect(status).toBe(0)
    const document: SimulationDocument = JSON.parse(out)
    // Counted by libCacheSim's reader and by the contract.
    expect(document.trace).toEqual({
      requests: 113_872,
      reads: 46_974,
      writes: 66_898,
      readBytes: 1_797_412_352,
      writeBytes: 2_408_565_760,
      volumes: 1,
    })
    expect(document.runs.map(run => run.name)).toEqual(['default', 'frozen', 'all-hot'])
    for (const run of document.runs) {
      expect(run.servedRequests + run.lostRequests).toBe(113_872)
      expect(run.laws.violations).toEqual([])
    }
    const [own, frozen] = document.runs
    expect(frozen.lostRequests).toBe(0)
    expect(own.migrations.completed).toBe(1)
    expect(own.latencyUs.cold.count).toBeGreaterThan(10_000)
    expect(own.slower.map(one => one.volume)).toEqual(['disk'])
  })
})
