/** Which commands go to the coder, and which to Mayastor. */
import { expect, it } from 'vitest'
import type { Command } from '../../src/core/command.js'
import { nodeId, poolId, volumeId } from '../../src/core/model.js'
import { isForStripes, type StripeCommand } from '../../src/core/stripe-command.js'
import { reedSolomon } from './coded.js'

const volume = volumeId('v')
const image = 'v-1-1'

it.each<StripeCommand>([
  { kind: 'make-image', volume, image },
  { kind: 'encode', volume, image, coding: reedSolomon(4, 2), pools: [] },
  { kind: 'read-back', volume, image },
  { kind: 'serve-coded', volume, image, replicas: 3 },
  { kind: 'release-source', volume },
  { kind: 'make-replicas', volume, pools: [poolId('p')] },
  { kind: 'restore', volume },
  { kind: 'serve-source', volume },
  { kind: 'drop-replicas', volume },
  { kind: 'drop-coded', volume },
])('$kind goes to the coder', command => {
  expect(isForStripes(command)).toBe(true)
})

it.each<Command>([
  { kind: 'set-replica-count', volume, count: 2 },
  { kind: 'cordon-node', node: nodeId('n'), label: 'x' },
])('$kind goes to Mayastor', command => {
  expect(isForStripes(command)).toBe(false)
})
