/** Devices as their data sheets give them, and the curve of a disk between its points. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  positioningTable,
  positioningUs,
  presets,
  sustainedBytesPerSecond,
  sustainedIops,
  withOverrides,
} from '../../../sim/devices/preset.js'

const points = [
  { depth: 1, serviceUs: 1000 },
  { depth: 4, serviceUs: 600 },
  { depth: 16, serviceUs: 500 },
]

describe('presets', () => {
  it('name where their figures come from', () => {
    for (const device of Object.values(presets)) expect(device.source.length).toBeGreaterThan(10)
  })

  it('stand in the page on the model with the same source', () => {
    const page = readFileSync('docs/model.md', 'utf8')
    for (const [name, device] of Object.entries(presets)) {
      const row = page.split('\n').find(line => line.startsWith(`| \`${name}\` |`))
      expect(row?.endsWith(` | ${device.source} |`)).toBe(true)
    }
  })

  it('sustain what their slower side does', () => {
    expect(sustainedIops(presets['nvme-gen4'])).toBe(1_000_000)
    expect(sustainedIops(presets['sata-ssd'])).toBe(30_303)
    expect(sustainedIops(presets['hdd-7200'])).toBe(212)
    expect(sustainedBytesPerSecond(presets['nvme-gen4'])).toBe(3_500_000_000)
    expect(sustainedBytesPerSecond(presets['hdd-7200'])).toBe(275_000_000)
  })

  it('take other figures, of those that they have', () => {
    const device = withOverrides(presets['nvme-gen4'], { channels: 8, readServiceUs: 50 })
    expect(device).toEqual({ ...presets['nvme-gen4'], channels: 8, readServiceUs: 50 })
    expect(withOverrides(presets['hdd-7200'], { channels: 8 })).toEqual({ unknown: 'channels' })
    expect(withOverrides(presets['hdd-7200'], { source: 1 })).toEqual({ unknown: 'source' })
  })
})

describe('positioning', () => {
  it('goes through its points, and is linear in 1/√depth between them', () => {
    for (const { depth, serviceUs } of points) {
      expect(positioningUs(points, depth)).toBeCloseTo(serviceUs, 9)
    }
    // 1/√(16/9) = 0.75 lies half-way between 1 and 0.5.
    expect(positioningUs(points, 16 / 9)).toBeCloseTo(800, 9)
  })

  it('goes on along the last two points: 1/√64 lies half a step further', () => {
    expect(positioningUs(points, 64)).toBeCloseTo(450, 9)
  })

  it('has a table that begins at depth 1, ends at 64 and never rises', () => {
    const table = positioningTable(points)
    expect(table.length).toBe(64)
    expect(table[0]).toBe(1000)
    expect(table[63]).toBeCloseTo(450, 9)
    for (let found = 1; found < 64; found++) expect(table[found]).toBeLessThan(table[found - 1])
  })
})
