/** How a migration ends: the codes of outcomes, a part of the table in reasons.ts. */
import { reason } from './reason.js'

export const outcomes = {
  completed: reason('outcome', 'All of it stands on {to}, in the form that was wanted.', ''),
  'wrong-pool': reason(
    'outcome',
    'The new replica landed in {names}, which the move does not accept; it was taken back.',
    'Pools of other tiers that Mayastor cannot choose.',
  ),
  'no-pool-found': reason(
    'outcome',
    'Mayastor found no pool for another replica: {names}.',
    'Room in the target tier.',
  ),
  'no-progress': reason(
    'outcome',
    'The copy made no progress for {timeoutS} s.',
    'A longer migrationTimeout, or a look at the pools.',
  ),
  'replica-not-removed': reason(
    'outcome',
    'Mayastor did not remove the old replica in {attempts} tries.',
    'A look at the volume.',
  ),
  'wrong-victim': reason(
    'outcome',
    'Mayastor removed another replica than the planned one.',
    'Mayastor 2.9 or newer.',
  ),
  'changed-by-others': reason(
    'outcome',
    'Somebody else changed the volume in mid-move: {names}.',
    'Nothing: their word stands.',
  ),
  'volume-gone': reason('outcome', 'The volume was deleted.', 'Nothing.'),
  'was-unpublished': reason(
    'outcome',
    'The volume was unpublished in mid-move; the copy was taken back.',
    'A pod that uses it.',
  ),
  'cancelled-by-person': reason('outcome', 'A person deleted the migration.', 'Nothing.'),
  'policy-stopped': reason(
    'outcome',
    'The policy was disabled, deleted or set to dry run in mid-move.',
    'Nothing.',
  ),
  'no-longer-wanted': reason(
    'outcome',
    'The decision was looked at again on the way, and had changed.',
    'Nothing.',
  ),
  'source-preserved': reason(
    'outcome',
    'Preservation mode keeps the replicas, and a coded form beside them frees nothing.',
    'The operator without --preservation-mode.',
  ),
  'still-written': reason(
    'outcome',
    'Its source was written again after each of {attempts} images.',
    'A quieter hour, or an unpublished volume.',
  ),
  'no-coding': reason(
    'outcome',
    'A coded form was asked for, and its policy names no ErasureCodingPolicy that can be used.',
    'An ecPolicyRef in the policy of the volume.',
  ),
  'command-refused': reason(
    'outcome',
    'Mayastor refused the command again and again; its last word is in the message: {names}.',
    'What the message names: another operation, a drain, a cap on rebuilds.',
  ),
  'without-status': reason(
    'outcome',
    'The object was not a person’s and had no status, as after a restore from a backup.',
    'Nothing: the next round decides anew.',
  ),
  'unknown-protocol': reason(
    'outcome',
    'The record has a format that this version does not continue.',
    'The version that wrote it.',
  ),
} as const
