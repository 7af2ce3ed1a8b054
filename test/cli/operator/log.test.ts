import { describe, expect, it } from 'vitest'
import { ChosenLevel, logLevelOf, logTo } from '../../../src/cli/operator/log.js'
import { noon } from '../../core/cluster.js'

const line = { level: 'info', message: 'decision', fields: { volume: 'v', to: null } } as const

function written(isJson: boolean, least: string, level: 'info' | 'debug' = 'info'): string[] {
  const texts: string[] = []
  const log = logTo(text => texts.push(text), {
    least: () => logLevelOf(least),
    isJson,
    nowUs: () => noon,
  })
  log({ ...line, level })
  return texts
}

describe('the log', () => {
  it('is JSON, a line each, or text', () => {
    expect(JSON.parse(written(true, 'info')[0])).toEqual({
      ts: '2024-10-04T12:00:00Z',
      level: 'info',
      msg: 'decision',
      volume: 'v',
      to: null,
    })
    expect(written(false, 'info')).toEqual(['2024-10-04T12:00:00Z info decision volume=v'])
  })

  it('leaves out what is below its level', () => {
    expect(written(true, 'warn')).toEqual([])
    expect(written(true, 'info', 'debug')).toEqual([])
    expect(written(true, 'debug', 'debug')).toHaveLength(1)
  })

  it('knows four levels', () => {
    expect(() => logLevelOf('loud')).toThrow('--log-level has no level loud')
  })
})

describe('the level that a person chose', () => {
  /** The messages and the words in them, as each word is heard. */
  function heard(flag: string, words: readonly (string | null)[]) {
    const level = new ChosenLevel(logLevelOf(flag))
    const texts: string[] = []
    const log = logTo(text => texts.push(text), {
      least: () => level.now(),
      isJson: false,
      nowUs: () => noon,
    })
    const levels = words.map(word => {
      level.heard(word, log)
      return level.now()
    })
    return { levels, texts: texts.map(text => text.replace(/^\S+ /, '')) }
  }

  it('counts at once, and the flag again when it is taken away', () => {
    const { levels, texts } = heard('info', [null, 'debug', 'debug', 'error', null])
    expect(levels).toEqual(['info', 'debug', 'debug', 'error', 'info'])
    const told = (next: string): string => `info the log has a level next=${next}`
    expect(texts).toEqual([told('debug'), told('error'), told('info')])
  })

  it('is told once where it is no level, and is then the flag', () => {
    const { levels, texts } = heard('warn', ['debug', 'loud', 'loud', 'INFO'])
    expect(levels).toEqual(['debug', 'warn', 'warn', 'warn'])
    expect(texts.filter(text => text.includes('names no level'))).toEqual([
      expect.stringContaining('word=loud'),
      expect.stringContaining('word=INFO'),
    ])
  })
})
