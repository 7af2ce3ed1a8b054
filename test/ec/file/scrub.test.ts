import { describe, expect, test } from 'vitest'
import { blockOffset } from '../../../src/ec/file/layout.js'
import { type Scrubbed, scrub } from '../../../src/ec/file/scrub.js'
import { readScrubState, writeScrubState } from '../../../src/ec/file/scrub-state.js'
import type { Coded } from './coded.js'
import { coded, containerOf, directory, losePool, opened } from './coded.js'

interface Options {
  readonly rate?: number
  readonly restart?: boolean
  readonly stopAfter?: number
}

interface Scrubbing {
  readonly told: Scrubbed
  readonly sleptMs: number
}

async function scrubbed(one: Coded, options: Options = {}): Promise<Scrubbing> {
  let nowMs = 0
  const sleeps: number[] = []
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      sleeps.push(ms)
      nowMs += ms
    },
  }
  const { files, coder } = one
  const told = await opened(one, volume =>
    scrub({
      volume,
      coder,
      files,
      rate: options.rate ?? null,
      restart: options.restart ?? false,
      progress: () => {},
      clock,
    }),
  )
  return { told, sleptMs: sleeps.reduce((sum, ms) => sum + ms, 0) }
}

function flip(one: Coded, pool: number, stripe: number): void {
  containerOf(one, pool).bytes[blockOffset(one.geometry, stripe, 0)] ^= 1
}

describe('a scrub', () => {
  test('finds what is wrong, and counts its passes', async () => {
    const one = await coded('rs-4-2', 200_000)
    expect((await scrubbed(one)).told).toMatchObject({ findings: [], passes: 1, firstStripe: 0 })
    flip(one, 2, 7)
    losePool(one, 0)
    const { told } = await scrubbed(one)
    expect(told).toMatchObject({ passes: 2, lost: [] })
    expect(told.findings.map(({ pool, stripe, fault }) => [pool, stripe, fault])).toEqual([
      [0, null, 'missing'],
      [2, 7, 'checksum'],
    ])
  })

  test('goes on where the last one was stopped, and still tells what that one found', async () => {
    const one = await coded('rs-4-2', 200_000)
    flip(one, 2, 3)
    const finding = { pool: 2, directory: 'pool-2', stripe: 3, stripes: 1, blocks: null }
    const findings = [{ ...finding, fault: 'checksum' as const }]
    const state = { nextStripe: 6, passes: 4, findings }
    await opened(one, volume => writeScrubState(one.files, volume, state))
    expect(await opened(one, volume => readScrubState(one.files, volume))).toEqual(state)
    const { told } = await scrubbed(one)
    expect(told).toMatchObject({ firstStripe: 6, passes: 5, findings })
    expect(told.readBytes).toBe(4 * 6 * (one.geometry.shardBytes + 4096))
    expect((await scrubbed(one)).told.firstStripe).toBe(0)
  })

  test('begins at the first stripe when asked to', async () => {
    const one = await coded('rs-4-2', 200_000)
    const state = { nextStripe: 6, passes: 4, findings: [] }
    await opened(one, volume => writeScrubState(one.files, volume, state))
    expect((await scrubbed(one, { restart: true })).told.firstStripe).toBe(0)
  })

  test.each([
    ['no JSON', '{'],
    ['of another volume', JSON.stringify({ volume: 'x', nextStripe: 3, passes: 1, findings: [] })],
  ])('begins anew where the state is %s', async (_, text) => {
    const one = await coded('rs-4-2', 200_000)
    const file = await one.files.open(`${directory}/scrub.json`, 'create')
    await file.writev([Buffer.from(text)], 0)
    expect((await scrubbed(one)).told).toMatchObject({ firstStripe: 0, passes: 1 })
  })

  test.each([
    { nextStripe: 11, passes: 0, findings: [] },
    { nextStripe: -1, passes: 0, findings: [] },
    { nextStripe: 1, passes: 0.5, findings: [] },
    { nextStripe: 1, passes: 0, findings: [{ pool: 1 }] },
    { nextStripe: 1, passes: 0, findings: null },
  ])('begins anew where the state cannot be: %o', async state => {
    const one = await coded('rs-4-2', 200_000)
    await opened(one, async volume => {
      const file = await one.files.open(`${directory}/scrub.json`, 'create')
      const text = JSON.stringify({ volume: volume.header.volume, ...state })
      await file.writev([Buffer.from(text)], 0)
      expect(await readScrubState(one.files, volume)).toMatchObject({ nextStripe: 0 })
    })
  })

  test('reads no faster than it is allowed to', async () => {
    const one = await coded('rs-4-2', 200_000)
    const { told, sleptMs } = await scrubbed(one, { rate: 100_000 })
    expect(sleptMs).toBeCloseTo((told.readBytes / 100_000) * 1000, 6)
    expect((await scrubbed(one)).sleptMs).toBe(0)
  })
})
