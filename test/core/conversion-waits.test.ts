/** What a conversion waits for, and the progress that it notes meanwhile. */
import { describe, expect, it } from 'vitest'
import type { ConversionStep } from '../../src/core/conversion-state.js'
import { minute, noon } from './cluster.js'
import { type Converting, each, intentOf, toReplicas } from './conversion-scene.js'

const timeoutUs = 30 * minute

function at(step: ConversionStep, more: Converting = {}): Converting {
  return { ...more, conversion: { step, ...more.conversion } }
}

/** On the way back to replicas: served from its stripes, with new replicas that are synced. */
function restoring(step: ConversionStep, more: Converting = {}): Converting {
  const coded = { serves: true, image: null, ...more.coded }
  return at(step, { ...more, plan: toReplicas, coded })
}

const byPerson = { spec: { requestedBy: 'person', releaseSource: false } } as const

describe('progress', () => {
  const encoding = (done: number, more: Converting = {}): Converting =>
    at('encoding', { ...more, coded: { job: 'encode', stripes: 100, encodedStripes: done } })
  each([
    ['is waited for', encoding(9), 'wait: encode of 100 stripes'],
    ['a tenth is noted', encoding(10), 'moving to encoding, 10 stripes'],
    ['a tenth more', encoding(19, { conversion: { stripes: 10 } }), 'wait: encode of 100 stripes'],
    [
      'whatever it is when half of the time is over',
      encoding(1, { conversion: { progressedUs: noon - timeoutUs / 2 - 1 } }),
      'moving to encoding, 1 stripes',
    ],
    [
      'not before',
      encoding(1, { conversion: { progressedUs: noon - timeoutUs / 2 } }),
      'wait: encode of 100 stripes',
    ],
    [
      'none is no news',
      encoding(5, { conversion: { stripes: 5, progressedUs: noon - timeoutUs + 1 } }),
      'wait: encode of 100 stripes',
    ],
    [
      'another job is not this step’s',
      at('encoding', { coded: { job: 'read-back', stripes: 100, encodedStripes: 9 } }),
      'encode',
    ],
    [
      'of reading back',
      at('reading-back', { coded: { job: 'read-back', readBackStripes: 1 } }),
      'moving to reading-back, 1 stripes',
    ],
    [
      'of restoring',
      restoring('restoring', { coded: { job: 'restore', restoredStripes: 2 } }),
      'moving to restoring, 2 stripes',
    ],
  ])

  it('keeps what was said, and forgets tries and no command', () => {
    const before = { attempts: 4, why: 'because' }
    const noted = intentOf(encoding(10, { status: before, command: { text: 'encode' } }))
    const status = { attempts: 0, why: 'because', lastCommand: { text: 'encode' } }
    expect(noted).toMatchObject({ kind: 'write', record: { status } })
    expect(noted).toMatchObject({ record: { status: { conversion: { progressedUs: noon } } } })
  })

  it('a new step begins with neither', () => {
    const next = intentOf(
      at('imaging', { command: { text: 'make-image' }, status: { attempts: 3 } }),
    )
    const status = { attempts: 0, lastCommand: null, conversion: { progressedUs: noon } }
    expect(next).toMatchObject({ kind: 'write', record: { status } })
  })

  it('a new pass begins with none of the old one', () => {
    const again = intentOf(
      at('serving-coded', {
        conversion: { stripes: 7 },
        command: { refusal: 'precondition' },
        status: { attempts: 1, why: 'x' },
      }),
    )
    const conversion = { stripes: 0, progressedUs: noon, pass: 2 }
    expect(again).toMatchObject({
      record: { status: { why: null, lastCommand: null, conversion } },
    })
  })
})

describe('what is missing is waited for', () => {
  const short = { degradedStripes: 1 }
  each([
    ['to serve', at('serving-coded', { coded: short }), 'wait: a stripe is short of a shard'],
    [
      'to serve, a pool less than it has shards',
      at('serving-coded', { coded: { pools: [] } }),
      'wait: a stripe is short of a shard',
    ],
    [
      'to release the source, without a slot',
      at('releasing', { coded: { ...short, serves: true } }),
      'wait without slot: the source is kept while a stripe is short of a shard',
    ],
    ['not to be encoded', at('encoding', { coded: { ...short, encodedStripes: 0 } }), 'encode'],
    [
      'to restore what cannot be read',
      restoring('restoring', { coded: { lostStripes: 1 } }),
      'wait without slot: too few shards of a stripe can be read; the new replicas are kept',
    ],
    [
      'to take a source away in preservation mode',
      at('releasing', { coded: { serves: true }, view: { preservationMode: true } }),
      'wait without slot: preservation mode keeps the source',
    ],
    [
      'or to serve beside it',
      at('serving-coded', { ...byPerson, view: { preservationMode: true } }),
      'wait without slot: preservation mode keeps the source',
    ],
    [
      'a person’s image is made',
      at('imaging', { ...byPerson, coded: null, view: { preservationMode: true } }),
      'make-image',
    ],
    [
      'replicas come back in preservation mode too',
      restoring('serving-replicas', { view: { preservationMode: true } }),
      'serve-source',
    ],
  ])
})
