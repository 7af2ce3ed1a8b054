/** What turns a conversion back, from which steps, and what turns it forward again. */
import { describe } from 'vitest'
import type { ConversionStep } from '../../src/core/conversion-state.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { minute, noon } from './cluster.js'
import {
  type Converting,
  each,
  goldWithCode,
  type Row,
  served,
  toReplicas,
} from './conversion-scene.js'

const timeoutUs = 30 * minute

function at(step: ConversionStep, more: Converting = {}): Converting {
  return { ...more, conversion: { step, ...more.conversion } }
}

function restoring(step: ConversionStep, more: Converting = {}): Converting {
  const coded = { serves: true, image: null, ...more.coded }
  return at(step, { ...more, plan: toReplicas, coded })
}

function gold(change: Partial<PolicyObject['spec']>): { readonly policy: PolicyObject } {
  return { policy: { ...goldWithCode, spec: { ...goldWithCode.spec, ...change } } }
}

const undone = 'rolling-back to dropping-coded, for'
const person = { spec: { requestedBy: 'person' } } as const
/** In the middle of encoding. */
const half = { coded: { encodedStripes: 5, readBackStripes: 0 } }

describe('a word against it', () => {
  const problem = { code: 'FIELD_INVALID', path: '', message: '', hint: '' } as const
  each([
    [
      'a person cancels',
      at('encoding', { ...half, deleting: true }),
      `${undone} cancelled-by-person`,
    ],
    [
      'a policy is disabled',
      at('encoding', { ...half, ...gold({ enabled: false }) }),
      `${undone} policy-stopped`,
    ],
    [
      'or only looks',
      at('encoding', { ...half, ...gold({ dryRun: true }) }),
      `${undone} policy-stopped`,
    ],
    [
      'or is in error',
      at('encoding', { ...half, policy: { ...goldWithCode, problems: [problem] } }),
      `${undone} policy-stopped`,
    ],
    ['or is gone', at('encoding', { ...half, view: { policy: null } }), `${undone} policy-stopped`],
    [
      'a person’s needs none',
      at('encoding', { ...half, ...person, view: { policy: null } }),
      'encode',
    ],
    [
      'a policy names no code any more',
      at('encoding', { ...half, ...gold({ ecPolicyRef: null }) }),
      `${undone} no-longer-wanted`,
    ],
    [
      'a person’s goes on',
      at('encoding', { ...half, ...person, ...gold({ ecPolicyRef: null }) }),
      'encode',
    ],
    [
      'preservation mode gains nothing by it',
      at('encoding', { ...half, view: { preservationMode: true } }),
      `${undone} source-preserved`,
    ],
    [
      'it has a snapshot',
      at('encoding', { ...half, volume: { snapshots: 1 } }),
      `${undone} snapshots`,
    ],
    [
      'or is left behind',
      at('encoding', { ...half, ...gold({ snapshots: 'LeaveBehind' }), volume: { snapshots: 1 } }),
      'encode',
    ],
    [
      'as a person’s does',
      at('encoding', { ...half, ...person, volume: { snapshots: 1 } }),
      'encode',
    ],
    [
      'its count changed',
      at('encoding', { ...half, volume: { replicaCount: 2 } }),
      `${undone} changed-by-others`,
    ],
    [
      'a person’s too',
      at('encoding', { ...half, ...person, volume: { replicaCount: 4 } }),
      `${undone} changed-by-others`,
    ],
    [
      'a count is no matter on the way to replicas',
      restoring('restoring', { volume: { replicaCount: 1 } }),
      'restore',
    ],
    [
      'nor are snapshots, or a code that is named no more',
      restoring('restoring', { ...gold({ ecPolicyRef: null }), volume: { snapshots: 1 } }),
      'restore',
    ],
    [
      'but a stop is',
      restoring('restoring', gold({ enabled: false })),
      'rolling-back to dropping-replicas, for policy-stopped',
    ],
  ])
})

describe('it comes to no end by itself', () => {
  const tried = { attempts: 1 }
  const longAgo = noon - timeoutUs - 1
  each([
    [
      'the sixth pass',
      at('imaging', { conversion: { pass: 6 } }),
      'rolling-back to dropping-coded, pass 6, for still-written',
    ],
    [
      'not the fifth',
      at('imaging', { conversion: { pass: 5 }, coded: { image: 'v-1-4' } }),
      'make-image',
    ],
    [
      'passes are counted to the coded form only',
      restoring('restoring', { conversion: { pass: 6 } }),
      'restore',
    ],
    [
      'the sixth try',
      at('encoding', { ...half, status: { attempts: 6 } }),
      `${undone} no-progress`,
    ],
    ['not the fifth', at('encoding', { ...half, status: { attempts: 5 } }), 'encode'],
    [
      'no progress for longer than the timeout',
      at('encoding', {
        ...half,
        status: tried,
        conversion: { stripes: 5, progressedUs: longAgo },
        command: { atUs: longAgo },
      }),
      `${undone} no-progress`,
    ],
    [
      'not for so long',
      at('encoding', {
        ...half,
        status: tried,
        conversion: { stripes: 5, progressedUs: longAgo + 1 },
        command: { atUs: longAgo },
      }),
      'encode',
    ],
    [
      'the command was sent since',
      at('encoding', {
        ...half,
        status: tried,
        conversion: { stripes: 5, progressedUs: longAgo },
        command: { atUs: longAgo + 1 },
      }),
      'encode',
    ],
    [
      'nobody tried, as while the operator was paused',
      at('encoding', { ...half, conversion: { stripes: 5, progressedUs: longAgo } }),
      'encode',
    ],
    [
      'stripes were done that are not noted yet',
      at('encoding', {
        coded: { ...half.coded, job: 'encode' },
        status: tried,
        conversion: { stripes: 4, progressedUs: longAgo },
        command: { atUs: longAgo },
      }),
      'moving to encoding, 5 stripes',
    ],
    [
      'no form came of it',
      at('imaging', {
        coded: null,
        status: tried,
        conversion: { progressedUs: longAgo },
        command: { atUs: longAgo },
      }),
      `${undone} no-progress`,
    ],
    [
      'nor can be any',
      at('encoding', {
        coded: null,
        status: tried,
        conversion: { progressedUs: longAgo },
        command: { atUs: longAgo },
      }),
      `${undone} no-progress`,
    ],
    ['nobody counts the shards of none', at('serving-coded', { coded: null }), 'serve-coded'],
    [
      'a shard that nobody makes again',
      at('serving-coded', { coded: { degradedStripes: 1 }, conversion: { progressedUs: longAgo } }),
      `${undone} no-progress`,
    ],
    [
      'of a volume that nobody publishes that is the reason',
      restoring('restoring', {
        status: tried,
        volume: { target: null },
        conversion: { progressedUs: longAgo },
        command: { atUs: longAgo },
      }),
      'rolling-back to dropping-replicas, for unpublished',
    ],
  ])
})

describe('the way back', () => {
  const cancelled = { deleting: true }
  const lost = { lostStripes: 1 }
  const row = (step: ConversionStep, scene: Converting, expected: string): Row => [
    `from ${step}`,
    at(step, { ...cancelled, ...scene }),
    expected,
  ]
  const dropsForm = `${undone} cancelled-by-person`
  const drops = 'rolling-back to dropping-replicas, for cancelled-by-person'
  each([
    row('imaging', { coded: null }, dropsForm),
    row('encoding', half, dropsForm),
    row('reading-back', { coded: { readBackStripes: 0 } }, dropsForm),
    row('serving-coded', {}, dropsForm),
    [
      'from serving',
      at('serving-coded', { ...cancelled, coded: { serves: true } }),
      'moving to releasing',
    ],
    [
      'a form that serves is kept',
      at('encoding', { ...cancelled, coded: { ...half.coded, serves: true } }),
      'encode',
    ],
    [
      'from releasing there is none',
      at('releasing', { ...cancelled, coded: { serves: true } }),
      'release-source',
    ],
    ['from making replicas', restoring('making-replicas', { ...cancelled, volume: served }), drops],
    ['from restoring', restoring('restoring', cancelled), drops],
    ['from handing over', restoring('serving-replicas', cancelled), drops],
    [
      'not in preservation mode, when they are synced',
      restoring('serving-replicas', { ...cancelled, view: { preservationMode: true } }),
      'serve-source',
    ],
    [
      'once the replicas serve there is none',
      restoring('dropping-coded', { ...cancelled, coded: { serves: false } }),
      'drop-coded',
    ],
    [
      'replicas that may be the last copy stay',
      restoring('restoring', { ...cancelled, coded: lost }),
      'wait without slot: too few shards of a stripe can be read; the new replicas are kept',
    ],
    ['and serve', restoring('serving-replicas', { ...cancelled, coded: lost }), 'serve-source'],
    ['no copy', restoring('making-replicas', { ...cancelled, coded: lost, volume: served }), drops],
  ])
})
