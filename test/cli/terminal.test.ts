/** When the answer is colored, and how an error is put in one line. */
import { describe, expect, test } from 'vitest'
import { errorLine } from '../../src/cli/failure.js'
import { wantsColor } from '../../src/cli/terminal.js'

describe('color', () => {
  test.each([
    { environment: {}, onTerminal: true, elsewhere: false },
    { environment: { TERM: 'dumb' }, onTerminal: false, elsewhere: false },
    { environment: { TERM: 'xterm' }, onTerminal: true, elsewhere: false },
    { environment: { NO_COLOR: '1' }, onTerminal: false, elsewhere: false },
    { environment: { NO_COLOR: '' }, onTerminal: true, elsewhere: false },
    { environment: { FORCE_COLOR: '1' }, onTerminal: true, elsewhere: true },
    { environment: { FORCE_COLOR: '0' }, onTerminal: false, elsewhere: false },
    { environment: { FORCE_COLOR: '' }, onTerminal: true, elsewhere: false },
    { environment: { FORCE_COLOR: '1', TERM: 'dumb' }, onTerminal: true, elsewhere: true },
    { environment: { NO_COLOR: '1', FORCE_COLOR: '1' }, onTerminal: false, elsewhere: false },
  ])('$environment', ({ environment, onTerminal, elsewhere }) => {
    expect(wantsColor(environment, true)).toBe(onTerminal)
    expect(wantsColor(environment, false)).toBe(elsewhere)
  })
})

describe('an error', () => {
  const error = { code: 'USAGE', message: 'what', hint: 'what to do' } as const

  test.each([
    { where: {}, line: 'error: what: what to do [USAGE]' },
    { where: { file: 'a.yaml' }, line: 'error: what (a.yaml): what to do [USAGE]' },
    {
      where: { file: 'a', line: 3, field: 'b.c' },
      line: 'error: what (a, line 3, b.c): what to do [USAGE]',
    },
    { where: { file: 'a', byte: 7 }, line: 'error: what (a, byte 7): what to do [USAGE]' },
    { where: { field: '--seed' }, line: 'error: what (--seed): what to do [USAGE]' },
  ])('$line', ({ where, line }) => {
    expect(errorLine({ ...error, where })).toBe(line)
  })
})
