/** Command lines of `couchestor ec`, good and bad. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const user = Buffer.from('user bytes '.repeat(30_000))
const input = file('user.img', user)
mkdirSync(path('empty'))

describe('couchestor ec', () => {
  test('encodes, verifies, scrubs, repairs and decodes', async () => {
    const coded = path('deep/coded')
    const made = await run(
      'ec',
      'encode',
      input,
      coded,
      '--code',
      'rs-3-2',
      '--stripe-bytes',
      '64KiB',
    )
    expect(made.status).toBe(0)
    expect(made.out).toMatch(/: 330,000 bytes as rs-3-2 over 5 pools \(.+ by .+\), 2\.61 times/)
    expect((await run('ec', 'verify', coded)).out).toContain(
      'all blocks of 6 stripes are as they were written',
    )
    rmSync(`${coded}/pool-1`, { recursive: true })
    const scrubbed = await run('ec', 'scrub', coded, '--rate', '1GiB/s')
    expect(scrubbed.status).toBe(1)
    expect(scrubbed.out).toContain('pass 1 is over; repair what is named above')
    expect((await run('ec', 'scrub', coded, '--repair')).out).toContain('it is whole')
    expect((await run('ec', 'repair', coded)).out).toContain('nothing was to be repaired')
    const out = path('out.img')
    expect((await run('ec', 'decode', coded, out)).out).toBe(
      `${out}: 330,000 bytes, every block checked`,
    )
    expect(readFileSync(out).equals(user)).toBe(true)
  })

  test.each<readonly [string, readonly string[], number, RegExp]>([
    ['no code', ['encode', input, path('x')], 2, /--code <name>' not specified/],
    ['half a code', ['encode', input, path('x'), '--code', 'rs-4'], 2, /'rs-4' is no code/],
    ['a code too wide', ['encode', input, path('x'), '--code', 'rs-30-2'], 2, /at most 30 shards/],
    [
      'no engine',
      ['encode', input, path('x'), '--code', 'rs-4-2', '--engine', 'fast'],
      2,
      /no engine called fast/,
    ],
    [
      'an engine without the code',
      ['encode', input, path('x'), '--code', 'lrc-12-2-2', '--engine', 'ronomon'],
      3,
      /no engine codes lrc-12-2-2/,
    ],
    [
      'a stripe too small',
      ['encode', input, path('x'), '--code', 'rs-4-2', '--stripe-bytes', '1KiB'],
      2,
      /1KiB is no size of a stripe/,
    ],
    ['no file', ['encode', path('none'), path('x'), '--code', 'rs-4-2'], 3, /no such file/],
    ['a directory', ['encode', path('empty'), path('x'), '--code', 'rs-4-2'], 3, /no regular file/],
    ['nothing coded', ['verify', path('empty')], 3, /holds no pool-N/],
    ['no directory', ['repair', path('none')], 3, /no such directory/],
    ['no rate', ['scrub', path('empty'), '--rate', 'fast'], 2, /fast is no rate/],
    ['a rate of nothing', ['scrub', path('empty'), '--rate', '0'], 2, /0 is no rate/],
    ['no runs', ['torture', '--runs', '0'], 2, /--runs/],
    ['half a run', ['torture', '--runs', '1.5'], 2, /1.5 is no number/],
    ['no turns', ['bench', '--turns', '0'], 2, /0 is no number/],
    [
      'a file and a document',
      ['decode', path('empty'), '-', '--json'],
      2,
      /the answer is the file/,
    ],
  ])('refuses %s', async (_, words, status, told) => {
    const ended = await run('ec', ...words)
    expect(ended.status).toBe(status)
    expect(ended.notes).toMatch(told)
  })
})
