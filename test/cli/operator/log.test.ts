import { describe, expect, it } from 'vitest'
import { logLevelOf, logTo } from '../../../src/cli/operator/log.js'
import { noon } from '../../core/cluster.js'

const line = { level: 'info', message: 'decision', fields: { volume: 'v', to: null } } as const

function written(isJson: boolean, least: string, level: 'info' | 'debug' = 'info'): string[] {
  const texts: string[] = []
  const log = logTo(text => texts.push(text), {
    least: logLevelOf(least),
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
