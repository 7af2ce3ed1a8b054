/** What a conversion does next, step by step; whole ways are in conversion-model.test.ts. */
import { describe, expect, it } from 'vitest'
import type { ConversionStep } from '../../src/core/conversion-state.js'
import { hour, minute, noon, replica, second } from './cluster.js'
import {
  type Converting,
  each,
  goldWithCode,
  homes,
  intentOf,
  inWords,
  served,
  toReplicas,
} from './conversion-scene.js'

function at(step: ConversionStep, more: Converting = {}): Converting {
  return { ...more, conversion: { step, ...more.conversion } }
}

/** On the way back to replicas: served from its stripes, with new replicas that are synced. */
function restoring(step: ConversionStep, more: Converting = {}): Converting {
  const coded = { serves: true, image: null, ...more.coded }
  return at(step, { ...more, plan: toReplicas, coded })
}

function restoringNothing(step: ConversionStep): Converting {
  return at(step, { plan: toReplicas, coded: null })
}

const bare = { volume: served }
const unsynced = homes.map((one, place) => replica(`n${place}`, one, { childState: 'degraded' }))

describe('forward to the coded form', () => {
  each([
    ['an image is made', at('imaging', { coded: null }), 'make-image'],
    ['of this pass', at('imaging', { conversion: { pass: 2 } }), 'make-image'],
    ['it is there: it is encoded', at('imaging'), 'moving to encoding'],
    ['stripes are encoded', at('encoding', { coded: { encodedStripes: 0 } }), 'encode'],
    ['all but one', at('encoding', { coded: { encodedStripes: 9 } }), 'encode'],
    ['another image’s stripes are not its', at('encoding', { coded: { image: 'x' } }), 'encode'],
    [
      'without stripes none are',
      at('encoding', { coded: { stripes: 0, encodedStripes: 0 } }),
      'encode',
    ],
    ['all are', at('encoding'), 'moving to reading-back'],
    ['they are read back', at('reading-back', { coded: { readBackStripes: 9 } }), 'read-back'],
    ['of this image', at('reading-back', { coded: { image: 'x' } }), 'read-back'],
    ['all were', at('reading-back'), 'moving to serving-coded'],
    ['requests go to them', at('serving-coded'), 'serve-coded'],
    [
      'they do: the source goes',
      at('serving-coded', { coded: { serves: true } }),
      'moving to releasing',
    ],
    ['it is released', at('releasing', { coded: { serves: true } }), 'release-source'],
    ['it is gone', at('releasing', { ...bare, coded: { serves: true } }), 'completed: null'],
  ])
})

describe('forward to replicas', () => {
  each([
    ['replicas are made', restoring('making-replicas', bare), 'make-replicas'],
    ['they are there', restoring('making-replicas'), 'moving to restoring'],
    ['stripes are decoded into them', restoring('restoring'), 'restore'],
    [
      'all were, and one is not synced',
      restoring('restoring', { coded: { restoredStripes: 10 }, volume: { replicas: unsynced } }),
      'restore',
    ],
    [
      'all were, and one is missing',
      restoring('restoring', { coded: { restoredStripes: 10 }, volume: { replicaCount: 4 } }),
      'restore',
    ],
    [
      'all were, and there is none',
      restoring('restoring', { coded: { restoredStripes: 10 }, ...bare }),
      'restore',
    ],
    [
      'all were',
      restoring('restoring', { coded: { restoredStripes: 10 } }),
      'moving to serving-replicas',
    ],
    ['requests go to them', restoring('serving-replicas'), 'serve-source'],
    [
      'they do: the shards go',
      restoring('serving-replicas', { coded: { serves: false } }),
      'moving to dropping-coded',
    ],
    ['shards go', restoring('dropping-coded', { coded: { serves: false } }), 'drop-coded'],
    ['they are gone', at('dropping-coded', { plan: toReplicas, coded: null }), 'completed: null'],
  ])
})

const byPerson = { spec: { requestedBy: 'person', releaseSource: false } } as const

describe('before the source is given up', () => {
  const kept = 'wait without slot: every stripe was read back; the source is kept until '
  each([
    [
      'a copy waits for the second word',
      at('reading-back', byPerson),
      `${kept}releaseSource is true`,
    ],
    [
      'for however long',
      at('reading-back', { ...byPerson, conversion: { progressedUs: noon - 99 * hour } }),
      `${kept}releaseSource is true`,
    ],
    [
      'it may be cancelled meanwhile',
      at('reading-back', { ...byPerson, deleting: true }),
      'rolling-back to dropping-coded, for cancelled-by-person',
    ],
    [
      'its places are no more those that were chosen',
      at('reading-back', { ...byPerson, volume: { replicaCount: 2 } }),
      'rolling-back to dropping-coded, for changed-by-others',
    ],
    [
      'with the word it goes on',
      at('reading-back', { spec: { requestedBy: 'person', releaseSource: true } }),
      'moving to serving-coded',
    ],
    [
      'a person’s does whatever the heat',
      at('reading-back', { spec: { requestedBy: 'person' }, view: { wanted: () => 'hot' } }),
      'moving to serving-coded',
    ],
    [
      'a policy’s waits while heat is unknown',
      at('reading-back', { view: { wanted: () => null } }),
      'wait without slot: which tier it deserves is not known now',
    ],
    [
      'unless it is stopped',
      at('reading-back', {
        view: { wanted: () => null },
        policy: { ...goldWithCode, spec: { ...goldWithCode.spec, enabled: false } },
      }),
      'rolling-back to dropping-coded, for policy-stopped',
    ],
    [
      'and turns back when it is wanted elsewhere',
      at('reading-back', { view: { wanted: () => 'hot' } }),
      'rolling-back to dropping-coded, for no-longer-wanted',
    ],
    [
      'one that does not decide by heat goes on',
      at('reading-back', { spec: { heatIops: null }, view: { wanted: () => 'hot' } }),
      'moving to serving-coded',
    ],
  ])
})

describe('what it is refused', () => {
  const refused = { command: { refusal: 'precondition' }, status: { attempts: 1 } } as const
  each([
    [
      'a source that was written since is imaged again',
      at('serving-coded', refused),
      'moving to imaging, pass 2',
    ],
    [
      'any other refusal is tried again',
      at('serving-coded', { ...refused, command: { refusal: 'conflict' } }),
      'serve-coded',
    ],
    [
      'so is another step',
      at('releasing', { ...refused, coded: { serves: true } }),
      'release-source',
    ],
    [
      'it was refused before the step was noted anew',
      at('serving-coded', { ...refused, status: { attempts: 0 } }),
      'serve-coded',
    ],
    [
      'but not before a minute is over',
      at('imaging', {
        coded: null,
        command: { text: 'make-image', refusal: 'busy', atUs: noon - minute + 1 },
        status: { attempts: 1 },
      }),
      'wait: make-image was sent',
    ],
    [
      'then it is',
      at('imaging', { coded: null, command: { atUs: noon - minute }, status: { attempts: 1 } }),
      'make-image',
    ],
  ])

  it('the command names the image of the pass, the count and the pools that were chosen', () => {
    const sent = intentOf(
      at('serving-coded', { conversion: { pass: 3 }, coded: { image: 'v-1-3' } }),
    )
    const command = { kind: 'serve-coded', volume: 'v', image: 'v-1-3', replicas: 3 }
    expect(sent).toMatchObject({ kind: 'stripes', command })
    const status = { attempts: 1, holdsSlot: true, epoch: 7 }
    const lastCommand = { text: 'serve-coded', atUs: noon }
    expect(sent).toMatchObject({ record: { status: { ...status, lastCommand } } })
  })

  it('a command that was sent in another step is not waited for', () => {
    const before = { command: { atUs: noon - 1 }, status: { attempts: 0 } }
    expect(inWords(intentOf(at('serving-coded', before)))).toBe('serve-coded')
  })

  it('tries are counted', () => {
    const sent = intentOf(at('serving-coded', { status: { attempts: 2 }, command: {} }))
    expect(sent).toMatchObject({ record: { status: { attempts: 3 } } })
  })
})

describe('the end of a way back', () => {
  const back = (undoes: string, agoUs: number): Converting =>
    at('dropping-coded', { coded: null, conversion: { undoes, progressedUs: noon - agoUs } })
  each([
    ['a person’s word', back('cancelled-by-person', minute), 'cancelled: cancelled-by-person'],
    ['no end of writes', back('still-written', minute), 'rolled-back: still-written'],
    ['no progress', back('no-progress', minute), 'rolled-back: no-progress'],
    [
      'not before a late command may have come',
      back('no-progress', minute - 1),
      'wait without slot: a command that was sent before it turned back may still take effect',
    ],
    ['the form goes', at('dropping-coded', { conversion: { undoes: 'snapshots' } }), 'drop-coded'],
    [
      'the replicas go',
      restoring('dropping-replicas', { conversion: { undoes: 'policy-stopped' } }),
      'drop-replicas',
    ],
    [
      'they are gone',
      restoring('dropping-replicas', {
        ...bare,
        conversion: { undoes: 'policy-stopped', progressedUs: noon - second * 60 },
      }),
      'cancelled: policy-stopped',
    ],
  ])

  it('says why in the record', () => {
    const turned = intentOf(at('imaging', { coded: null, deleting: true }))
    const conversion = { step: 'dropping-coded', undoes: 'cancelled-by-person', progressedUs: noon }
    const status = { phase: 'rolling-back', why: 'cancelled-by-person', conversion }
    expect(turned).toMatchObject({ kind: 'write', record: { status } })
  })

  it('is not turned back again', () => {
    const back = { conversion: { undoes: 'no-progress' }, deleting: true, status: { attempts: 9 } }
    expect(inWords(intentOf(at('dropping-coded', back)))).toBe('drop-coded')
  })
})

describe('a volume that cannot be converted now', () => {
  each([
    ['its form is gone', at('serving-coded', { coded: null }), 'serve-coded'],
    ['so is that of one that comes back', restoringNothing('restoring'), 'restore'],
    ['or is to be handed over', restoringNothing('serving-replicas'), 'serve-source'],
    ['nothing of it is read back', at('reading-back', { coded: null }), 'read-back'],
    ['nothing of it is whole', at('releasing', { coded: null }), 'release-source'],
    ['is gone', at('encoding', { view: { volume: null } }), 'gone: volume-gone'],
    [
      'nothing is sent',
      at('encoding', { view: { sendsNothing: true } }),
      'wait: the operator sends no commands',
    ],
  ])
})

describe('forward again', () => {
  const undoes = 'cancelled-by-person'
  each([
    [
      'a late command made the coded form serve',
      at('dropping-coded', { conversion: { undoes }, coded: { serves: true } }),
      'moving to releasing',
    ],
    [
      'a late command made the replicas serve',
      restoring('dropping-replicas', { conversion: { undoes }, coded: { serves: false } }),
      'moving to dropping-coded',
    ],
    [
      'stripes are lost, and replicas may hold them',
      restoring('dropping-replicas', { conversion: { undoes }, coded: { lostStripes: 1 } }),
      'moving to restoring',
    ],
  ])
})
