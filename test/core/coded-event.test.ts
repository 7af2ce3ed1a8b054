/** Which entries of a history are the coder's. */
import { expect, it } from 'vitest'
import { isOfCoded } from '../../src/core/coded-event.js'

it.each([
  'image-made',
  'shards-placed',
  'stripes-encoded',
  'stripes-read-back',
  'coded-serves',
  'source-released',
  'stripes-restored',
  'replicas-serve',
  'coded-dropped',
  'stripes-changed',
  'shards-repaired',
  'bytes-differ',
])('%s is', kind => {
  expect(isOfCoded({ kind })).toBe(true)
})

it.each(['replica-added', 'record', 'fault', ''])('%s is not', kind => {
  expect(isOfCoded({ kind })).toBe(false)
})
