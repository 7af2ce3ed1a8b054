/**
 * Errors as Mayastor's REST API writes them: a kind, its HTTP status, and a text that alone tells
 * errors of one kind apart (mayastor.md, section 2.4; mayastor-control-plane, rest/service/src/v0
 * and agents/src/common/errors.rs).
 */
import type { Command, Refusal } from '../../src/core/command.js'
import { json, type WireAnswer } from './exchange.js'

const statuses = {
  Deserialize: 400,
  InvalidArgument: 400,
  NotFound: 404,
  Conflict: 409,
  FailedPrecondition: 412,
  AlreadyExists: 422,
  Unavailable: 503,
  ResourceExhausted: 507,
} as const

export type ErrorKind = keyof typeof statuses

export function restError(kind: ErrorKind, details: string): WireAnswer {
  return json(statuses[kind], { details, message: details, kind })
}

const kinds: Readonly<Record<Exclude<Refusal, 'already'>, ErrorKind>> = {
  invalid: 'InvalidArgument',
  'not-found': 'NotFound',
  conflict: 'Conflict',
  precondition: 'FailedPrecondition',
  'no-pool': 'ResourceExhausted',
  'rebuild-cap': 'ResourceExhausted',
  busy: 'Unavailable',
}

export function refusedCommand(
  command: Command['kind'],
  refusal: Refusal,
  details: string,
): WireAnswer {
  if (refusal !== 'already') return restError(kinds[refusal], details)
  const isPoolCordon = command === 'cordon-pool' || command === 'uncordon-pool'
  return restError(isPoolCordon ? 'AlreadyExists' : 'FailedPrecondition', details)
}

/** What the real server answers where no operation has that path and method: nothing more. */
export const noOperation: WireAnswer = { kind: 'answer', status: 404, type: '', body: '' }
