/** `couchestor twin`: what it refuses, where it listens, and how its clock goes. */
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { originOf, parseAddress } from '../../src/cli/twin/address.js'
import { type RunningTwin, startTwin } from '../../src/cli/twin/run.js'
import { parseSpeed } from '../../src/cli/twin/speed.js'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'
import { expectTold } from './told.js'

const { file, path } = scratch()
const scenario = file('small.yaml', smallScenario)
const anyPort = '127.0.0.1:0'

interface Notes {
  readonly twin: RunningTwin
  readonly notes: readonly string[]
}

async function started(speed: string, scenarioFile = scenario): Promise<Notes> {
  const notes: string[] = []
  const terminal = {
    answer: () => {},
    note: (text: string) => notes.push(text),
    progress: () => {},
    color: false,
    columns: 100,
  }
  const twin = await startTwin(scenarioFile, { listen: anyPort, speed, publish: false }, terminal)
  return { twin, notes }
}

async function nowUs({ origin }: RunningTwin): Promise<number> {
  const response = await fetch(`${origin}/twin/v1/clock`)
  const clock: { readonly nowUs: number } = JSON.parse(await response.text())
  return clock.nowUs
}

describe('what it refuses', () => {
  test.each(['8081', 'localhost', '127.0.0.1:65536', '::1:80', 'a b:80', ':80'])(
    'the address %s',
    async listen => {
      const words = ['twin', scenario, '--listen', listen]
      await expectTold({ words, status: 2, told: [/--listen is .*give HOST:PORT.* \[USAGE\]$/] })
    },
  )

  test.each(['0', '-1', 'fast', '1e3', '1000001', ''])('the speed %j', async speed => {
    const words = ['twin', scenario, '--listen', anyPort, `--speed=${speed}`]
    const told = [/--speed is .*give a number above 0, max or manual \[USAGE\]$/]
    await expectTold({ words, status: 2, told })
  })

  test('no address, and no scenario', async () => {
    const told = [/\[USAGE\]$/]
    await expectTold({ words: ['twin', scenario], status: 2, told })
    await expectTold({ words: ['twin', '--listen', anyPort], status: 2, told })
    const missing = ['twin', path('none.yaml'), '--listen', anyPort]
    await expectTold({ words: missing, status: 3, told: [/none\.yaml.*\[FILE_MISSING\]$/] })
  })

  test('a scenario with errors, all of them, and one whose volumes find no room', async () => {
    const bad = file('bad.yaml', smallScenario.replace('seed: 7', 'seed: x\ncolour: 1'))
    const words = (name: string): string[] => ['twin', name, '--listen', anyPort]
    const told = [/\[FIELD_UNKNOWN\]$/, /\[FIELD_INVALID\]$/]
    await expectTold({ words: words(bad), status: 3, told })
    const full = file('full.yaml', smallScenario.replace('size: 20GiB', 'size: 20TiB'))
    await expectTold({ words: words(full), status: 3, told: [/\[SCENARIO_FULL\]$/] })
  })

  test('a port that is taken, with status 4', async () => {
    const taken = createServer()
    const port = await new Promise<number>(resolve => {
      taken.listen(0, '127.0.0.1', () => {
        const bound = taken.address()
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0)
      })
    })
    const words = ['twin', scenario, '--listen', `127.0.0.1:${port}`]
    await expectTold({ words, status: 4, told: [/another program listens .*\[ADDRESS_TAKEN\]$/] })
    await new Promise(resolve => taken.close(resolve))
  })

  test('an address that this machine does not have, with status 4', async () => {
    // 192.0.2.0/24 is set aside for documentation (RFC 5737).
    const words = ['twin', scenario, '--listen', '192.0.2.1:8081']
    await expectTold({ words, status: 4, told: [/no such address .*\[ADDRESS_TAKEN\]$/] })
  })
})

describe('the address', () => {
  test('may be of IPv6', () => {
    const address = parseAddress('[::1]:8081', '--listen')
    expect(address).toEqual({ host: '::1', port: 8081 })
    expect(originOf(address)).toBe('http://[::1]:8081')
    expect(originOf(parseAddress('localhost:65535', '--listen'))).toBe('http://localhost:65535')
  })
})

describe('the clock', () => {
  test('moved by hand begins with the scenario, and stands', async () => {
    const { twin, notes } = await started('manual')
    expect(twin.says).toBe(`small listens on ${twin.origin}, clock moved by hand`)
    expect(twin.origin).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(notes).toEqual([])
    const startUs = Date.UTC(2026, 0, 5) * 1000
    expect(await nowUs(twin)).toBe(startUs)
    const advanced = await fetch(`${twin.origin}/twin/v1/advance`, {
      method: 'POST',
      body: '{"us": 3600000000}',
    })
    expect(await advanced.json()).toMatchObject({ nowUs: startUs + 3_600_000_000 })
    await twin.close()
  })

  test('in real time is the real one', async () => {
    const beforeUs = Math.floor(Date.now() / 1000) * 1_000_000
    const { twin } = await started('1')
    expect(twin.says).toContain('clock in real time')
    const firstUs = await nowUs(twin)
    expect(firstUs).toBeGreaterThanOrEqual(beforeUs)
    expect(firstUs).toBeLessThanOrEqual(Date.now() * 1000)
    let laterUs = firstUs
    while (laterUs === firstUs) laterUs = await nowUs(twin)
    expect(laterUs).toBeLessThanOrEqual(Date.now() * 1000)
    await twin.close()
  })

  test('goes faster from the scenario’s start, and not while a party is awake', async () => {
    const { twin } = await started('3600')
    const startUs = Date.UTC(2026, 0, 5) * 1000
    let seenUs = await nowUs(twin)
    while (seenUs < startUs + 600_000_000) seenUs = await nowUs(twin)
    await fetch(`${twin.origin}/twin/v1/parties/a`, { method: 'PUT' })
    const stands = await nowUs(twin)
    for (let asked = 0; asked < 20; asked++) expect(await nowUs(twin)).toBe(stands)
    await twin.close()
  })

  test('says of itself how it goes', () => {
    expect(parseSpeed('60')).toEqual({ pace: 'paced', times: 60, says: 'clock × 60' })
    expect(parseSpeed('0.5')).toMatchObject({ pace: 'paced', times: 0.5 })
    expect(parseSpeed('max')).toMatchObject({ pace: 'free' })
  })
})

describe('beside that', () => {
  test('faults of the operator are left out, and told', async () => {
    const crash = 'faults: [{at: 1h, for: 5m, operator: crash}]\n'
    const { twin, notes } = await started('manual', file('crash.yaml', smallScenario + crash))
    expect(notes).toEqual(['faults of the operator are left out: none runs in here'])
    await twin.close()
  })

  test('help begins with examples', async () => {
    const { out, status } = await run('twin', '--help')
    expect(status).toBe(0)
    expect(out).toMatch(/^Examples:\n {2}couchestor twin /)
  })
})
