/** `couchestor twin` as a process: its one line, its signals, and what its page tells to type. */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endOf, scratch, start } from './program.js'
import { scenarioIn } from './small-scenario.js'

const cwd = scratch()
scenarioIn(cwd)
cpSync('scenarios', join(cwd, 'scenarios'), { recursive: true })

interface Ready {
  readonly line: string
  readonly origin: string
  /** Sends the signal and answers how it ended, with what stood on stdout after the line. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | null; readonly out: string }>
}

async function ready(words: readonly string[]): Promise<Ready> {
  const child = start(words, { cwd })
  const ended = endOf(child)
  let out = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (part: Buffer) => {
      out += part.toString('utf8')
      if (out.includes('\n')) resolve()
    })
    child.on('close', () => reject(new Error('it ended before it was ready')))
  })
  const origin = /http:\/\/[^,\s]+/.exec(out)?.[0] ?? ''
  return {
    line: out,
    origin,
    async end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

const sleeping = (origin: string): Promise<Response> =>
  fetch(`${origin}/twin/v1/sleep`, {
    method: 'POST',
    body: JSON.stringify({ party: 'a', untilUs: Number.MAX_SAFE_INTEGER }),
  })

describe('the process', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('says one line, and ends by %s while somebody waits', async (signal, status) => {
    const words = ['twin', 'small.yaml', '--listen', '127.0.0.1:0', '--speed', 'manual']
    const twin = await ready(words)
    expect(twin.line).toBe(`small listens on ${twin.origin}, clock moved by hand\n`)
    await fetch(`${twin.origin}/twin/v1/parties/a`, { method: 'PUT' })
    const waits = sleeping(twin.origin).catch(() => 'cut')
    await fetch(`${twin.origin}/v0/nodes`)
    const ended = await twin.end(signal)
    expect(await waits).toBe('cut')
    expect(ended).toEqual({ status, out: twin.line, notes: '' })
  })
})

describe('docs/twin-on-the-wire.md', () => {
  test('shows commands that run as they stand there', async () => {
    const text = readFileSync('docs/twin-on-the-wire.md', 'utf8')
    const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(block => block[1].trim())
    const [serves, ...asks] = blocks
    expect(serves).toMatch(/^couchestor twin /)
    expect(asks).toHaveLength(3)
    const twin = await ready(serves.replace('127.0.0.1:8081', '127.0.0.1:0').split(' ').slice(1))
    const answers = asks.map(command => {
      expect(command).toMatch(/^curl /)
      const line = command.replace('http://127.0.0.1:8081', twin.origin)
      const ended = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
      expect(ended.status, line).toBe(0)
      const answer: unknown = JSON.parse(ended.stdout)
      return answer
    })
    expect(answers).toMatchObject([
      { now: '2026-01-05T01:00:00Z' },
      { entries: [{ spec: { num_replicas: 2 } }], next_token: 1 },
      { faults: 1 },
    ])
    const node = await fetch(`${twin.origin}/v0/nodes/node-0`)
    expect(await node.json()).toMatchObject({ state: { status: 'Offline' } })
    expect((await twin.end('SIGTERM')).status).toBe(143)
  })
})
