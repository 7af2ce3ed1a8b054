/** The status of a VolumeMigration: all that the record of a migration holds (core/record.ts). */
import { anyText, field, flag, integer, listOf, object, optional, text } from '../field.js'
import { nodeId, poolId, replicaId } from '../model.js'
import { conditions } from './conditions.js'
import { camelCased, listedDuration, named, time } from './status-kinds.js'

const replica = named(text, replicaId)
const pool = named(text, poolId)
const node = named(text, nodeId)
const count = optional(integer(0))

export const moveFields = {
  fromReplica: field('fromReplica', replica, undefined, 'Replica that the move takes away.'),
  fromPool: field('fromPool', pool, undefined, 'Pool of that replica.'),
  accepted: field('accepted', listOf(pool), [], 'Pools that the move accepts.'),
  toReplica: field('toReplica', optional(replica), undefined, 'Replica that took its place.'),
  toPool: field('toPool', optional(pool), undefined, 'Pool where that replica landed.'),
  state: field(
    'state',
    camelCased(['planned', 'adding', 'syncing', 'removing', 'undoing', 'done', 'kept', 'undone']),
    undefined,
    'How the move stands.',
  ),
  progressPercent: field('progressPercent', integer(0, 100), 0, 'How far its copy is.'),
  progressed: field('progressedUs', time, undefined, 'When its copy last got further.'),
  syncedSince: field(
    'syncedSinceUs',
    optional(time),
    undefined,
    'Since when the copy has been seen synced.',
  ),
  started: field('startedUs', time, undefined, 'When the move began.'),
  finished: field('finishedUs', optional(time), undefined, 'When it was over.'),
  expectedDuration: field('expectedDurationUs', listedDuration, '0s', 'How long it was to take.'),
}

const scopeFields = {
  replicas: field('replicas', flag, false, 'Keeps new replicas away.'),
  snapshots: field('snapshots', flag, false, 'Keeps snapshots away.'),
  restores: field('restores', flag, false, 'Keeps restored snapshots away.'),
  import: field('import', flag, false, 'Keeps the pool from being imported.'),
}

export const cordonFields = {
  kind: field('kind', camelCased(['pool', 'node']), undefined, 'What is cordoned.'),
  pool: field('pool', optional(pool), undefined, 'The pool.'),
  before: field(
    'before',
    optional(object(scopeFields)),
    undefined,
    'Cordon of the pool that stood before, and stands again after.',
  ),
  ours: field('ours', optional(object(scopeFields)), undefined, 'Cordon of the pool that we set.'),
  node: field('node', optional(node), undefined, 'The node.'),
  label: field('label', optional(text), undefined, 'Owner tag of our cordon of the node.'),
}

export const codingFields = {
  policy: field('policy', text, undefined, 'ErasureCodingPolicy of the form.'),
  code: field('code', text, undefined, 'Name of the code, as rs-4-2.'),
  stripeBytes: field('stripeBytes', integer(1), undefined, 'User bytes of a stripe.'),
}

export const conversionFields = {
  kind: field(
    'kind',
    camelCased(['code', 'restore']),
    undefined,
    'Code: replicas into coded form. Restore: back into replicas.',
  ),
  coding: field('coding', optional(object(codingFields)), undefined, 'The form, for Code.'),
  pools: field('pools', listOf(pool), [], 'Pools of the shards, or of the replicas.'),
  step: field(
    'step',
    camelCased([
      'imaging',
      'encoding',
      'reading-back',
      'serving-coded',
      'releasing',
      'making-replicas',
      'restoring',
      'serving-replicas',
      'dropping-coded',
      'dropping-replicas',
    ]),
    undefined,
    'What it waits for.',
  ),
  pass: field('pass', integer(1), 1, 'Images of the source made so far.'),
  stripes: field('stripes', integer(0), 0, 'Stripes that the step has done.'),
  progressed: field('progressedUs', time, undefined, 'When they last were more.'),
  undoes: field('undoes', optional(text), undefined, 'Why it is undone; left out: it is not.'),
}

export const lastCommandFields = {
  text: field('text', text, undefined, 'The command, in words.'),
  removes: field('removes', optional(replica), undefined, 'Replica that a removal is meant for.'),
  at: field('atUs', time, undefined, 'When it was sent.'),
  refusal: field(
    'refusal',
    optional(
      camelCased([
        'invalid',
        'not-found',
        'conflict',
        'precondition',
        'already',
        'no-pool',
        'rebuild-cap',
        'busy',
        'unknown',
      ]),
    ),
    undefined,
    'Why it was refused; Unknown: nobody answered.',
  ),
}

export const volumeMigrationStatusFields = {
  protocol: field('protocol', integer(1), undefined, 'Number of the format of this status.'),
  epoch: field('epoch', count, undefined, 'Epoch of the operator that holds it.'),
  phase: field(
    'phase',
    optional(camelCased(['claimed', 'moving', 'rolling-back', 'finished'])),
    undefined,
    'Where the migration is.',
  ),
  outcome: field(
    'outcome',
    optional(
      camelCased([
        'completed',
        'rolled-back',
        'failed',
        'preserved',
        'cancelled',
        'gone',
        'abandoned',
        'refused',
      ]),
    ),
    undefined,
    'How it ended.',
  ),
  why: field('why', optional(text), undefined, 'Code of the reason, where it is not Completed.'),
  step: field('step', optional(text), undefined, 'What it waits for, for people.'),
  intendedReplicas: field('intendedReplicas', count, undefined, 'Replicas that the volume needs.'),
  originalReplicas: field(
    'originalReplicas',
    optional(listOf(replica)),
    undefined,
    'Replicas that are not of this migration.',
  ),
  addedReplicas: field(
    'addedReplicas',
    optional(listOf(replica)),
    undefined,
    'Replicas that came from its commands.',
  ),
  moves: field('moves', optional(listOf(object(moveFields))), undefined, 'One for each replica.'),
  conversion: field(
    'conversion',
    optional(object(conversionFields)),
    undefined,
    'How far the conversion is; left out: replicas move.',
  ),
  cordons: field(
    'cordons',
    optional(listOf(object(cordonFields))),
    undefined,
    'Cordons that were set for it, and what stood before.',
  ),
  lastCommand: field(
    'lastCommand',
    optional(object(lastCommandFields)),
    undefined,
    'The last command: what was seen before it counts no more.',
  ),
  attempts: field('attempts', count, undefined, 'Tries of the command that it waits for.'),
  holdsSlot: field(
    'holdsSlot',
    optional(flag),
    undefined,
    'False: it cannot progress, and has given its slot back.',
  ),
  started: field('startedUs', optional(time), undefined, 'When it was taken up.'),
  finished: field('finishedUs', optional(time), undefined, 'When it ended.'),
  message: field('message', optional(anyText), undefined, 'How it stands, as a sentence.'),
  conditions,
}
