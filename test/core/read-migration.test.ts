/** Records of migrations as objects: nothing is lost on the way there and back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMigration } from '../../src/core/read-migration.js'
import { writeMigration } from '../../src/core/write-migration.js'
import { records } from './migration-records.js'

const head = {
  apiVersion: 'storage.billyronks.io/v1alpha1',
  kind: 'VolumeMigration',
  metadata: { name: 'mine' },
}

const asked = { volume: 'uuid', toTier: 'hot' }

const taken = {
  protocol: 1,
  epoch: 3,
  phase: 'Moving',
  intendedReplicas: 2,
  started: '2026-01-05T06:30:00Z',
}

function problemsOf(raw: unknown): readonly string[] {
  const parsed = readMigration(raw)
  return parsed.ok ? [] : parsed.problems.map(one => `${one.path}: ${one.hint}`)
}

const tooLittle: readonly (readonly [part: object, problems: readonly string[]])[] = [
  [{ spec: {} }, ['spec.volume: give a text', 'spec.toTier: give one of hot, warm, cold']],
  [{ apiVersion: 'v1', spec: asked }, ['apiVersion: give storage.billyronks.io/v1alpha1']],
  [{ spec: asked, status: 5 }, [expect.stringMatching(/^status: give an object with protocol/)]],
  ...['epoch', 'phase', 'intendedReplicas', 'started'].map(
    name =>
      [
        { spec: asked, status: { ...taken, [name]: null } },
        [
          'status: epoch, phase, intendedReplicas and started: ' +
            'an operator writes all four: leave the status to it',
        ],
      ] as const,
  ),
  [
    { spec: asked, status: { ...taken, cordons: [{ kind: 'Pool', node: 'n', label: 'l' }] } },
    ['status.cordons: a pool has pool and ours, a node has node and label'],
  ],
  [
    { spec: asked, status: { ...taken, cordons: [{ kind: 'Node', pool: 'p', ours: {} }] } },
    ['status.cordons: a pool has pool and ours, a node has node and label'],
  ],
  [
    { spec: asked, status: { ...taken, conversion: converting(undefined) } },
    ['status.conversion.coding: coding is missing'],
  ],
  [
    { spec: asked, status: { ...taken, conversion: converting('rs-x') } },
    ["status.conversion.coding: 'rs-x' is no code: rs-DATA-PARITY, or lrc-DATA-GROUPS-GLOBALS"],
  ],
]

describe('the record of a migration', () => {
  it('comes back whole from the object that it was written as', () => {
    fc.assert(
      fc.property(records, record => {
        const object: unknown = JSON.parse(JSON.stringify(writeMigration(record)))
        expect(readMigration(object)).toEqual({ ok: true, value: record })
      }),
    )
  })

  it('has no null in it, which a server drops', () => {
    fc.assert(
      fc.property(records, record => {
        expect(JSON.stringify(writeMigration(record))).not.toContain('null')
      }),
    )
  })

  it('of a person says where to, and has the rest filled in', () => {
    const metadata = { name: 'mine', resourceVersion: '77', deletionTimestamp: 'now' }
    expect(readMigration({ ...head, metadata, spec: asked, status: {} })).toEqual({
      ok: true,
      value: {
        name: 'mine',
        version: '77',
        spec: {
          volume: 'uuid',
          fromTier: 'outside',
          toTier: 'hot',
          toForm: 'replicated',
          releaseSource: false,
          // Seven days.
          holdForUs: 604_800_000_000,
          policy: null,
          reason: '',
          requestedBy: 'person',
          sizeBytes: 0,
          fingerprint: '',
          heatIops: null,
        },
        status: null,
        deleting: true,
      },
    })
  })

  it('of the first format is read as it always was', () => {
    const moves = [{ fromReplica: 'r', fromPool: 'p', state: 'Done', progressed: taken.started }]
    const status = { ...taken, moves: [{ ...moves[0], started: taken.started }], step: 'copying' }
    const parsed = readMigration({ ...head, spec: asked, status })
    expect(parsed.ok && parsed.value.status).toEqual({
      protocol: 1,
      epoch: 3,
      phase: 'moving',
      outcome: null,
      why: null,
      intendedReplicas: 2,
      originalReplicas: [],
      addedReplicas: [],
      moves: [
        {
          fromReplica: 'r',
          fromPool: 'p',
          accepted: [],
          toReplica: null,
          toPool: null,
          state: 'done',
          progressPercent: 0,
          progressedUs: 1_767_594_600_000_000,
          syncedSinceUs: null,
          startedUs: 1_767_594_600_000_000,
          finishedUs: null,
          expectedDurationUs: 0,
        },
      ],
      conversion: null,
      cordons: [],
      lastCommand: null,
      attempts: 0,
      holdsSlot: false,
      startedUs: 1_767_594_600_000_000,
      finishedUs: null,
      message: '',
    })
  })

  it.each(tooLittle)('is refused where %j says too little', (part, problems) => {
    expect(problemsOf({ ...head, ...part })).toEqual(problems)
  })
})

function converting(code: string | undefined): object {
  const plan = { kind: 'Code', step: 'Encoding', progressed: taken.started }
  return code === undefined
    ? plan
    : { ...plan, coding: { policy: 'rs', code, stripeBytes: 65_536 } }
}
