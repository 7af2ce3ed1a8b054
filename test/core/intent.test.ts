/** How a record changes with the reply to its command. */
import { describe, expect, it } from 'vitest'
import { answered, withCordons } from '../../src/core/intent.js'
import { nodeId } from '../../src/core/model.js'
import { noon, running } from './cluster.js'
import { v } from './migration-scene.js'

const cordons = [{ kind: 'node', node: nodeId('n'), label: 'ours' }] as const
const lastCommand = { text: 'replica_count = 3', atUs: noon }

describe('the record after a reply', () => {
  it('lists no cordons, and what was refused', () => {
    const record = running(v, 'cold', { status: { lastCommand, message: 'before' } })
    const refused = answered(record, { kind: 'refused', refusal: 'conflict', text: 'retry' })
    expect(refused.status).toMatchObject({
      cordons: [],
      message: 'retry',
      lastCommand: { ...lastCommand, refusal: 'conflict' },
    })
    const unknown = answered(record, { kind: 'unknown', why: 'timeout' })
    expect(unknown.status).toMatchObject({
      message: 'timeout',
      lastCommand: { ...lastCommand, refusal: 'unknown' },
    })
    const done = answered(record, { kind: 'done', volume: null })
    expect(done.status).toMatchObject({ message: 'before', lastCommand, cordons: [] })
    expect(done.status?.lastCommand).not.toHaveProperty('refusal')
  })

  it('is the same where there was none, or no command', () => {
    const bare = { ...running(v, 'cold'), status: null }
    expect(answered(bare, { kind: 'unknown', why: 'timeout' })).toBe(bare)
    expect(withCordons(bare, [])).toBe(bare)
    const quiet = running(v, 'cold')
    expect(answered(quiet, { kind: 'unknown', why: 'x' })).toEqual(quiet)
  })

  it('forgets the cordons that were undone', () => {
    const record = running(v, 'cold', { status: { lastCommand, cordons } })
    expect(answered(record, { kind: 'done', volume: null }).status?.cordons).toEqual([])
    const refused = answered(record, { kind: 'unknown', why: 'timeout' })
    expect(refused.status?.cordons).toEqual([])
    expect(withCordons(running(v, 'cold'), cordons).status?.cordons).toEqual(cordons)
  })
})
