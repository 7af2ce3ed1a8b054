/**
 * Mayastor's errors as refusals of the core: by their kind, which says more than the status. An
 * error that leaves open what was done is `unknown`; one without a kind comes from something else
 * than Mayastor's API, or from a version that lacks the call.
 */
import type { Refusal, Reply } from '../../core/command.js'
import type { ProblemReply } from './replies.js'

type Effect = Refusal | 'unknown'

/** RestJsonError.kind of Mayastor's OpenAPI document, all of them. */
export const effects: Readonly<Record<string, Effect>> = {
  InvalidArgument: 'invalid', // 400
  Deserialize: 'invalid', // 400
  Unauthenticated: 'invalid', // 401
  Unauthorized: 'invalid', // 401
  PermissionDenied: 'invalid', // 401
  NotFound: 'not-found', // 404
  NotAcceptable: 'precondition', // 406
  Timeout: 'unknown', // 408: it may go on
  Conflict: 'conflict', // 409
  Deleting: 'conflict', // 409
  InUse: 'conflict', // 409
  FailedPrecondition: 'precondition', // 412
  NotPublished: 'precondition', // 412
  AlreadyPublished: 'precondition', // 412
  NotShared: 'precondition', // 412
  AlreadyShared: 'precondition', // 412
  OutOfRange: 'invalid', // 416
  AlreadyExists: 'already', // 422
  Internal: 'unknown', // 500: it may have failed half-way
  Unimplemented: 'invalid', // 501
  Aborted: 'busy', // 503
  Unavailable: 'busy', // 503
  DeadlineExceeded: 'unknown', // 504
  ResourceExhausted: 'no-pool', // 507, or the cap on rebuilds
  CapacityLimitExceeded: 'no-pool', // 507
  FailedPersist: 'unknown', // 507: done, and perhaps not written down
}

export function refusalOf(status: number, problem: ProblemReply): Reply {
  const { kind, message, details } = problem
  const said = [message, details].filter(part => part !== undefined && part !== null && part !== '')
  const text = `${kind} (${status}): ${said.join('; ')}`
  const effect = Object.hasOwn(effects, kind) ? effects[kind] : 'unknown'
  if (effect === 'unknown') return { kind: 'unknown', why: text }
  // The two 507 differ in their text alone: "Maximum number of rebuilds …".
  const isCap = effect === 'no-pool' && /rebuild/i.test(said.join(' '))
  return { kind: 'refused', refusal: isCap ? 'rebuild-cap' : effect, text }
}

/** An answer that is no error of Mayastor's: certain is only that a bare 404 did nothing. */
export function refusalWithoutKind(status: number, why: string): Reply {
  if (status === 404 || status === 405) {
    const text = `${status}: this Mayastor has no such call, or this is not its REST API`
    return { kind: 'refused', refusal: 'invalid', text }
  }
  if (status === 401 || status === 403) {
    return { kind: 'refused', refusal: 'invalid', text: `${status}: it wants a valid token` }
  }
  if (status === 429) return { kind: 'refused', refusal: 'busy', text: why }
  return { kind: 'unknown', why }
}
