/** `scenario new`: what it writes runs as it stands. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseScenario } from '../../sim/scenario/parse-scenario.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const trace = file('web.csv', '0,0,4096,r,0.5\n0,8,512,w,1.25\n1,0,512,W,9.0\n')

describe('scenario new', () => {
  test('is a whole scenario, with the help of its fields', async () => {
    const { out, status, notes } = await run('scenario', 'new')
    expect({ status, notes }).toEqual({ status: 0, notes: '' })
    expect(parseScenario(parse(out), 'new').ok).toBe(true)
    for (const words of ['One seed, one history', 'Preset of the device', 'Weight of this kind']) {
      expect(out.split(words)).toHaveLength(2)
    }
  })

  test('runs', async () => {
    const out = path('new.yaml')
    const written = await run('scenario', 'new', '--out', out)
    expect(written.notes).toBe(`Wrote ${out}. Next: couchestor simulate ${out}`)
    const words = ['--set', 'until=2h', '--out', path('run')]
    const ran = await run('simulate', out, ...words)
    expect(ran.status).toBe(0)
  })

  test('of a trace has its volumes, says what it assumed, and runs', async () => {
    const out = path('sized.yaml')
    expect((await run('scenario', 'new', '--trace', trace, '--out', out)).status).toBe(0)
    const document = parse(readFileSync(out, 'utf8'))
    expect(document).toMatchObject({
      name: 'web',
      workload: [{ trace: 'web.csv', spread: { by: 'volume' } }],
      cluster: { volumes: [{ size: '1GiB' }, { size: '1GiB' }] },
    })
    const ran = await run('simulate', out, '--out', path('sized'), '--json')
    expect(ran.status).toBe(0)
    const direct = await run('simulate', '--trace', trace, '--out', path('direct'), '--json')
    expect(JSON.parse(ran.out).assumptions).toEqual(JSON.parse(direct.out).assumptions)
    expect(JSON.parse(ran.out).runs).toEqual(JSON.parse(direct.out).runs)
  })

  test('replaces a file only when it is told to', async () => {
    const out = file('there.yaml', 'mine')
    expect((await run('scenario', 'new', '--out', out)).status).toBe(2)
    expect(readFileSync(out, 'utf8')).toBe('mine')
    expect((await run('scenario', 'new', '--out', out, '--force')).status).toBe(0)
    expect(readFileSync(out, 'utf8')).toContain('couchestor.scenario/v1')
  })
})
