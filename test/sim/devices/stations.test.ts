/** The stations against the formulas of queueing theory, and against data sheets. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Device, type FlashDevice, halfTurnUs, presets } from '../../../sim/devices/preset.js'
import { Stations } from '../../../sim/devices/stations.js'
import { stream } from '../../../sim/engine/stream.js'
import { closedLoopIops } from './closed-loop.js'

/** Flash whose bandwidth never holds anything up. */
const wide: FlashDevice = {
  kind: 'flash',
  readServiceUs: 1,
  writeServiceUs: 2,
  channels: 1,
  readBytesPerUs: Number.MAX_VALUE,
  writeBytesPerUs: Number.MAX_VALUE,
  source: 'test',
}

const steps = 1 << 24

function exponentials(name: string, mean: number): () => number {
  const draw = stream(7, name)
  return () => -Math.log((draw.integer(steps) + 0.5) / steps) * mean
}

interface Queue {
  readonly device: Device
  readonly meanGapUs: number
  /** Bytes of the next request, after which the device may be changed for it. */
  readonly bytes: (stations: Stations) => number
  readonly serviceUs: number
}

/** Mean time in the system, less the mean service: over a long run of Poisson arrivals. */
function meanWaitUs({ device, meanGapUs, bytes, serviceUs }: Queue): number {
  const requests = 1_000_000
  const stations = new Stations([device])
  const gap = exponentials('gaps', meanGapUs)
  let atUs = 0
  let sumUs = 0
  for (let request = 0; request < requests; request++) {
    atUs += gap()
    sumUs += stations.visit(0, 0, bytes(stations), atUs, 0, 0) - atUs
  }
  return sumUs / requests - serviceUs
}

describe('stations against the formulas of queueing theory', () => {
  it('wait as M/D/1 does: 0.5 at half load', () => {
    const waitUs = meanWaitUs({ device: wide, meanGapUs: 2, bytes: () => 0, serviceUs: 1 })
    expect(Math.abs(waitUs - 0.5)).toBeLessThan(0.01)
  })

  it('wait as M/M/1 does at the bandwidth server: 1 at half load', () => {
    const size = exponentials('sizes', 1)
    const device = { ...wide, readServiceUs: 0, readBytesPerUs: 1 }
    const waitUs = meanWaitUs({ device, meanGapUs: 2, bytes: size, serviceUs: 1 })
    expect(Math.abs(waitUs - 1)).toBeLessThan(0.02)
  })

  it.each([
    // Erlang's C at λ = 1.5, μ = 1 is 9/14; at k = 16 and 80 % it is 0.307.
    { channels: 2, meanGapUs: 1 / 1.5, expectedUs: 1.285714, within: 0.04 },
    { channels: 16, meanGapUs: 1 / 12.8, expectedUs: erlangWaitUs(16, 12.8), within: 0.005 },
  ])('wait as M/M/$channels does', ({ channels, meanGapUs, expectedUs, within }) => {
    const service = exponentials('services', 1)
    const bytes = (stations: Stations): number => {
      stations.retime(0, 0, service())
      return 0
    }
    const device = { ...wide, channels }
    const waitUs = meanWaitUs({ device, meanGapUs, bytes, serviceUs: 1 })
    expect(Math.abs(waitUs - expectedUs)).toBeLessThan(within)
  })

  /** From the sums of Erlang's formula, not from the recursion of the model. */
  function erlangWaitUs(servers: number, load: number): number {
    let term = 1
    let sum = 1
    for (let number = 1; number < servers; number++) {
      term *= load / number
      sum += term
    }
    const last = ((term * load) / servers) * (servers / (servers - load))
    return last / (sum + last) / (servers - load)
  }

  it('turn half a turn at 7200 a minute in 4.1667 ms', () => {
    expect(halfTurnUs / 1000).toBeCloseTo(4.1667, 4)
  })
})

describe('devices against their data sheets', () => {
  const small = { operation: 0, bytes: 4096, isSequential: false, requests: 4000 }
  const iops = (preset: string, loop: Partial<typeof small> & { readonly depth: number }): number =>
    closedLoopIops(new Stations([presets[preset]]), 0, { ...small, ...loop })
  const within = (value: number, figure: number, share: number): void => {
    expect(Math.abs(value - figure) / figure).toBeLessThan(share)
  }

  it.each([
    { depth: 1, operation: 0, figure: 79 },
    { depth: 16, operation: 0, figure: 168 },
    { depth: 32, operation: 0, figure: 212 },
    { depth: 16, operation: 1, figure: 350 },
  ])('a disk does $figure operations a second at depth $depth', ({ depth, operation, figure }) => {
    within(iops('hdd-7200', { depth, operation }), figure, 0.05)
  })

  it('a disk reads on at the rate of its medium, whatever the depth', () => {
    const bytes = 1 << 20
    const rate = iops('hdd-7200', { depth: 4, bytes, isSequential: true }) * bytes
    within(rate, 275e6, 0.01)
  })

  it('a disk gets no faster beyond depth 64, and stays so after a long backlog', () => {
    within(
      iops('hdd-7200', { depth: 512, requests: 9000 }),
      iops('hdd-7200', { depth: 64, requests: 9000 }),
      0.01,
    )
    const stations = new Stations([presets['hdd-7200']])
    let doneUs = 0
    for (let request = 0; request < 10_000; request++) {
      doneUs = stations.visit(0, 0, 4096, 0, 0, request * 9_000_000)
    }
    // Two requests before the backlog ends, a new one finds exactly those two.
    const alone = stations.visit(0, 0, 4096, doneUs, 0, 5)
    const depthOne = new Stations([presets['hdd-7200']]).visit(0, 0, 4096, 0, 0, 5)
    expect(alone - doneUs).toBeCloseTo(depthOne, 6)
  })

  it.each([
    { preset: 'sata-ssd', depth: 32, operation: 0, figure: 98_000 },
    { preset: 'sata-ssd', depth: 32, operation: 1, figure: 30_000 },
    { preset: 'nvme-gen4', depth: 128, operation: 0, figure: 1_000_000 },
    { preset: 'nvme-gen5', depth: 512, operation: 0, figure: 2_700_000 },
    { preset: 'sas-ssd', depth: 64, operation: 0, figure: 200_000 },
  ])('$preset does $figure a second at depth $depth', ({ preset, figure, ...loop }) => {
    within(iops(preset, loop), figure, 0.05)
  })

  it('a Gen4 NVMe drive answers a single read within its data sheet’s 78 to 125 µs', () => {
    const latencyUs = 1_000_000 / iops('nvme-gen4', { depth: 1 })
    expect(latencyUs).toBeGreaterThan(78)
    expect(latencyUs).toBeLessThan(125)
  })

  it.each([
    { preset: 'nvme-gen4', operation: 0, figure: 6800e6 },
    { preset: 'nvme-gen4', operation: 1, figure: 3500e6 },
    { preset: 'sata-ssd', operation: 0, figure: 550e6 },
    { preset: 'sata-ssd', operation: 1, figure: 520e6 },
  ])('large requests move at the bandwidth of $preset', ({ preset, operation, figure }) => {
    const bytes = 1 << 20
    within(iops(preset, { depth: 32, operation, bytes }) * bytes, figure, 0.02)
  })
})

describe('a visit', () => {
  it('at a FIFO server waits for those that came earlier, and for no more', () => {
    const visits = fc.array(fc.record({ gapUs: fc.nat({ max: 30 }), bytes: fc.nat({ max: 40 }) }))
    fc.assert(
      fc.property(visits, drawn => {
        const device = { ...wide, readServiceUs: 0, readBytesPerUs: 2 }
        const stations = new Stations([wide, device])
        let atUs = 0
        let freeUs = 0
        for (const { gapUs, bytes } of drawn) {
          atUs += gapUs
          const expectedUs = Math.max(atUs, freeUs) + bytes / 2
          expect(stations.visit(1, 0, bytes, atUs, 0, 0)).toBe(expectedUs)
          freeUs = expectedUs
        }
        expect(stations.visits(1)).toBe(drawn.length)
        expect(stations.visits(0)).toBe(0)
      }),
    )
  })

  it('counts its service as busy time, and not what it waited', () => {
    const stations = new Stations([wide])
    expect(stations.visit(0, 1, 0, 10, 0, 0)).toBe(12)
    expect(stations.visit(0, 0, 0, 11, 0, 0)).toBe(13)
    expect(stations.busyUs(0)).toBe(3)
    stations.retime(0, 1, 7)
    expect(stations.busyUs(0)).toBe(3)
    stations.visit(0, 1, 0, 20, 0, 0)
    expect(stations.busyUs(0)).toBe(10)
    expect(stations.visits(0)).toBe(3)
  })

  it('that goes on where the same stream ended costs a disk its transfer only', () => {
    const stations = new Stations([presets['hdd-7200']])
    const first = stations.visit(0, 1, 275_000, 0, 3, 0)
    const next = stations.visit(0, 1, 275_000, first, 3, 275_000)
    expect(next - first).toBeCloseTo(1000, 6)
    const other = stations.visit(0, 1, 275_000, next, 4, 550_000)
    expect(other - next).toBeCloseTo(1000 + 8500 + halfTurnUs, 6)
  })
})
