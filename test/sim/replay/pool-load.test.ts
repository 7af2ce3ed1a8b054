/** The fluid backlog of a series: work is conserved, and no latency passes the timeout. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../sim/devices/preset.js'
import { PoolLoad } from '../../../sim/replay/pool-load.js'

const timeoutUs = 30_000_000
const intervalUs = 300_000_000

interface Offer {
  readonly reads: number
  readonly writes: number
  readonly copyShare: number
}

const offers = fc.array(
  fc.record({
    reads: fc.nat({ max: 400_000 }),
    writes: fc.nat({ max: 400_000 }),
    copyShare: fc.constantFrom(0, 0, 0.2, 1),
  }),
  { minLength: 1, maxLength: 12 },
)

function solve(load: PoolLoad, { reads, writes, copyShare }: Offer): void {
  load.clear()
  load.reads[0] = reads
  load.writes[0] = writes
  load.readBytes[0] = reads * 4096
  load.writeBytes[0] = writes * 4096
  load.solve(intervalUs, Float64Array.of(copyShare))
}

describe.each(['hdd-7200', 'sata-ssd'])('the load of a pool on %s', name => {
  it('keeps latencies, shares and backlog within their bounds, whatever is offered', () => {
    fc.assert(
      fc.property(offers, rows => {
        const load = new PoolLoad([presets[name]], timeoutUs)
        for (const row of rows) {
          solve(load, row)
          for (const figures of [load.readLatencyUs, load.writeLatencyUs, load.backlogUs]) {
            expect(figures[0]).toBeGreaterThanOrEqual(0)
            expect(figures[0]).toBeLessThanOrEqual(timeoutUs)
          }
          expect(load.servedShare[0]).toBeGreaterThanOrEqual(0)
          expect(load.servedShare[0]).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('serves, loses or keeps every bit of work', () => {
    fc.assert(
      fc.property(offers, rows => {
        const load = new PoolLoad([presets[name]], timeoutUs)
        for (const row of rows) {
          const beforeUs = load.backlogUs[0]
          solve(load, row)
          const workUs = load.utilisation[0] * intervalUs
          const lostUs = workUs * (1 - load.servedShare[0])
          const doneUs = beforeUs + workUs - lostUs - load.backlogUs[0]
          expect(doneUs).toBeLessThanOrEqual(intervalUs * (1 + 1e-9))
          if (load.backlogUs[0] > 0 || lostUs > 1) expect(doneUs / intervalUs).toBeCloseTo(1, 6)
        }
      }),
    )
  })
})

describe('a disk that is asked for more than it can do', () => {
  it('answers within the timeout, and loses the rest', () => {
    const load = new PoolLoad([presets['hdd-7200']], timeoutUs)
    const tooMany = { reads: 2 * 212 * 300, writes: 0, copyShare: 0 }
    solve(load, tooMany)
    solve(load, tooMany)
    expect(load.backlogUs[0]).toBe(timeoutUs)
    expect(load.readLatencyUs[0]).toBe(timeoutUs)
    expect(load.utilisation[0]).toBeGreaterThan(1.5)
    expect(load.servedShare[0]).toBeCloseTo(1 / load.utilisation[0], 9)
  })
})
