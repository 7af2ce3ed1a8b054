import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/command.js'
import { nodeId, poolId, volumeId } from '../../../src/core/model.js'
import { requestOf } from '../../../src/live/mayastor/command-path.js'
import { nodeOf, poolOf, volumeOf } from '../../../src/live/mayastor/model.js'
import { effects } from '../../../src/live/mayastor/refusal.js'
import { replies } from '../../../src/live/mayastor/replies.js'
import { hasDocument, MayastorDocument } from './openapi.js'

if (!hasDocument) {
  if (process.env.CI === 'true') throw new Error('CI needs ../shared/mayastor/v0_api_spec.yaml')
  process.stderr.write('skipped: ../shared/mayastor/v0_api_spec.yaml is not there\n')
}

const volume = volumeId('ec4e66fd-3b33-4439-b504-d49aba53da26')
const pool = poolId('pool-1')
const node = nodeId('node-1')

const commands: readonly Command[] = [
  { kind: 'set-replica-count', volume, count: 3 },
  { kind: 'cordon-node', node, label: 'couchestor-vol-1' },
  { kind: 'uncordon-node', node, label: 'couchestor-vol-1' },
  { kind: 'label-pool', pool, key: 'couchestor-window', value: 'vol-1' },
  { kind: 'unlabel-pool', pool, key: 'couchestor-window' },
]

describe.runIf(hasDocument)('Mayastor’s OpenAPI document', () => {
  const document = hasDocument ? new MayastorDocument() : null
  const there = (): MayastorDocument => {
    if (document === null) throw new Error('the document is not there')
    return document
  }

  it.each([
    { name: 'Volumes', check: replies.volumes, read: () => {} },
    { name: 'Volume', check: replies.volume, read: readVolume },
    { name: 'Pool', check: replies.pool, read: readPool },
    { name: 'Node', check: replies.node, read: readNode },
    { name: 'RestJsonError', check: replies.problem, read: () => {} },
  ])('every $name that it allows is taken and read', ({ name, check, read }) => {
    const isValid = there().validator(name)
    fc.assert(
      fc.property(there().samples(name), sample => {
        expect(isValid(sample) ? [] : isValid.errors).toEqual([])
        expect(check(sample)).toEqual({ kind: 'valid', value: sample })
        read(sample)
      }),
      { numRuns: 300 },
    )
  })

  it.each(commands)('has the call for $kind', command => {
    const { method, path } = requestOf(command)
    expect(there().hasOperation(method, path.split('?')[0])).toBe(true)
  })

  it('lists the kinds of error that are known here, and no other', () => {
    const isValid = there().validator('RestJsonError')
    const known = Object.keys(effects).filter(kind => isValid({ kind, message: '', details: '' }))
    expect(known).toEqual(Object.keys(effects))
    fc.assert(
      fc.property(there().samples('RestJsonError'), sample => {
        const checked = replies.problem(sample)
        expect(checked.kind === 'valid' && checked.value.kind in effects).toBe(true)
      }),
    )
  })
})

function readVolume(sample: unknown): void {
  const checked = replies.volume(sample)
  if (checked.kind === 'invalid') throw new Error(checked.why)
  const seen = volumeOf(checked.value, () => ({ tier: 'hot' }))
  expect(seen.replicas).toHaveLength(Object.keys(checked.value.state.replica_topology).length)
  expect(Number.isInteger(seen.sizeBytes)).toBe(true)
}

function readPool(sample: unknown): void {
  const checked = replies.pool(sample)
  if (checked.kind === 'invalid') throw new Error(checked.why)
  expect(poolOf(checked.value).committedBytes).toBeGreaterThanOrEqual(0)
}

function readNode(sample: unknown): void {
  const checked = replies.node(sample)
  if (checked.kind === 'invalid') throw new Error(checked.why)
  const held = checked.value.spec?.cordondrainstate
  const isHeld = held !== undefined && held !== null
  expect(nodeOf(checked.value).draining).toBe(isHeld && held.cordonedstate === undefined)
}
