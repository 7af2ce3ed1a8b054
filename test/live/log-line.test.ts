import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../src/core/event.js'
import { nodeId } from '../../src/core/model.js'
import { logLineOf } from '../../src/live/log-line.js'
import { ended, noon, pool, running, volume } from '../core/cluster.js'

const one = volume('v', [pool('hot-0', 'hot')])
const said = { atUs: noon, operator: 'me' }
const command = { kind: 'cordon-node', node: nodeId('n'), label: 'ours' } as const

const lines: readonly (readonly [string, DomainEvent, string, string])[] = [
  ['a claim', { ...said, kind: 'record', record: running(one, 'cold') }, 'info', 'written'],
  [
    'a step in the middle',
    { ...said, kind: 'record', record: running(one, 'cold', { status: { phase: 'moving' } }) },
    'debug',
    'written',
  ],
  [
    'a good end',
    { ...said, kind: 'record', record: ended(one, 'cold', 'completed', noon) },
    'info',
    'ended',
  ],
  [
    'a bad end',
    { ...said, kind: 'record', record: ended(one, 'cold', 'failed', noon) },
    'warn',
    'ended',
  ],
  ['a command', { ...said, kind: 'command', migration: 'v-1', command }, 'info', 'command sent'],
  [
    'a refusal',
    { ...said, kind: 'reply', migration: 'v-1', command, reply: 'refused', text: 'no' },
    'warn',
    'not taken',
  ],
  [
    'what is wanting',
    { ...said, kind: 'condition', policy: null, condition: 'C', holds: false, text: 'why' },
    'warn',
    'condition',
  ],
  [
    'what is well again',
    { ...said, kind: 'condition', policy: null, condition: 'C', holds: true, text: '' },
    'info',
    'condition',
  ],
  ['a broken law', { ...said, kind: 'law-broken', law: 1, text: 'why' }, 'error', 'law'],
  [
    'a second look',
    { ...said, kind: 'looked-again', migration: 'v-1', wanted: null },
    'debug',
    'looked at again',
  ],
]

describe('the log', () => {
  it.each(lines)('tells of %s', (_, event, level, words) => {
    const line = logLineOf(event)
    expect([line.level, line.message.includes(words)]).toEqual([level, true])
  })

  it('carries the migration throughout', () => {
    for (const [, event] of lines) {
      if (event.kind === 'condition' || event.kind === 'law-broken') continue
      expect(logLineOf(event).fields.migration).toBe('v-1')
    }
  })
})
