/**
 * The steps of a conversion as one table: what is asked, what shows its effect, what comes next.
 */
import type { CodedForm } from './coded-form.js'
import type { Conversion, ConversionStep } from './conversion-state.js'
import { assert } from './errors.js'
import { isSynced } from './health.js'
import type { Volume } from './model.js'
import type { MigrationRecord } from './record.js'
import type { StripeCommand } from './stripe-command.js'

export interface Step {
  command(record: MigrationRecord, conversion: Conversion, image: string): StripeCommand
  isReached(volume: Volume, image: string): boolean
  /** What the coder is busy with in this step; null: the command takes effect at once. */
  readonly job: CodedForm['job']
  /** Stripes that are done. */
  done(coded: CodedForm): number
  /** The step after it, forward or on the way back; `end`: there is none. */
  readonly next: ConversionStep | 'end'
}

const none = (): number => 0

export const conversionSteps: Readonly<Record<ConversionStep, Step>> = {
  imaging: {
    command: ({ spec: { volume } }, _, image) => ({ kind: 'make-image', volume, image }),
    isReached: ({ coded }, image) => coded?.image === image,
    job: null,
    done: none,
    next: 'encoding',
  },
  encoding: {
    command: encode,
    isReached: ({ coded }, image) => holds(coded, image) && allOf(coded, coded?.encodedStripes),
    job: 'encode',
    done: coded => coded.encodedStripes,
    next: 'reading-back',
  },
  'reading-back': {
    command: ({ spec: { volume } }, _, image) => ({ kind: 'read-back', volume, image }),
    isReached: ({ coded }, image) => holds(coded, image) && allOf(coded, coded?.readBackStripes),
    job: 'read-back',
    done: coded => coded.readBackStripes,
    next: 'serving-coded',
  },
  'serving-coded': {
    command: ({ spec: { volume }, status }, _, image) => {
      const replicas = status?.intendedReplicas ?? 0
      return { kind: 'serve-coded', volume, image, replicas }
    },
    isReached: ({ coded }) => coded?.serves === true,
    job: null,
    done: none,
    next: 'releasing',
  },
  releasing: {
    command: ({ spec: { volume } }) => ({ kind: 'release-source', volume }),
    isReached: ({ replicas }) => replicas.length === 0,
    job: null,
    done: none,
    next: 'end',
  },
  'making-replicas': {
    command: ({ spec: { volume } }, { plan: { pools } }) => ({
      kind: 'make-replicas',
      volume,
      pools,
    }),
    isReached: ({ replicas }) => replicas.length > 0,
    job: null,
    done: none,
    next: 'restoring',
  },
  restoring: {
    command: ({ spec: { volume } }) => ({ kind: 'restore', volume }),
    isReached: ({ coded, replicas, replicaCount }) =>
      replicas.length > 0 &&
      replicas.length >= replicaCount &&
      replicas.every(isSynced) &&
      allOf(coded, coded?.restoredStripes),
    job: 'restore',
    done: coded => coded.restoredStripes,
    next: 'serving-replicas',
  },
  'serving-replicas': {
    command: ({ spec: { volume } }) => ({ kind: 'serve-source', volume }),
    isReached: ({ coded }) => coded?.serves === false,
    job: null,
    done: none,
    next: 'dropping-coded',
  },
  'dropping-coded': {
    command: ({ spec: { volume } }) => ({ kind: 'drop-coded', volume }),
    isReached: ({ coded }) => coded === null,
    job: null,
    done: none,
    next: 'end',
  },
  'dropping-replicas': {
    command: ({ spec: { volume } }) => ({ kind: 'drop-replicas', volume }),
    isReached: ({ replicas }) => replicas.length === 0,
    job: null,
    done: none,
    next: 'end',
  },
}

function encode(
  { spec: { volume } }: MigrationRecord,
  { plan }: Conversion,
  image: string,
): StripeCommand {
  assert(plan.kind === 'code', 'only a plan to code has a code')
  return { kind: 'encode', volume, image, coding: plan.coding, pools: plan.pools }
}

function holds(coded: CodedForm | null, image: string): boolean {
  return coded?.image === image
}

function allOf(coded: CodedForm | null, stripes: number | undefined): boolean {
  return coded !== null && coded.stripes > 0 && stripes === coded.stripes
}
