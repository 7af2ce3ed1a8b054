/**
 * The SPEC of `trace synthesize`: volumes, interval, length, start, seed, and shares of each kind.
 */
import {
  bad,
  duration,
  integer,
  isObject,
  type Kind,
  oneOf,
  type Parsed,
  type Problem,
  text,
  unknownFields,
} from '../src/core/field.js'
import { parseInstant } from '../src/core/instant.js'
import type { FleetShare, FleetSpec } from './fleet.js'

const kinds = ['diurnal', 'bursty', 'batch', 'decaying', 'idle'] as const
const fields = ['volumes', 'interval', 'length', 'start', 'seed', 'shares']
const shareFields = ['kind', 'share', 'iops', 'begins', 'ends']

/** Monday, 2024-01-01: weeks begin where people expect it. */
const usualStart = '2024-01-01T00:00:00Z'

/**
 * Most volumes are nearly idle and a few carry most of the load, as studies of block storage at
 * Alibaba (IISWC 2020) and Tencent (ATC 2020) report.
 */
export const usualShares: readonly FleetShare[] = [
  { kind: 'diurnal', share: 25, iops: 600, begins: 0, ends: 0 },
  { kind: 'bursty', share: 10, iops: 2000, begins: 0, ends: 0 },
  { kind: 'batch', share: 10, iops: 1500, begins: 0, ends: 0 },
  { kind: 'decaying', share: 10, iops: 800, begins: 0, ends: 0 },
  { kind: 'idle', share: 45, iops: 40, begins: 0, ends: 0 },
]

/** Every problem at once, each with its field. */
export function parseFleetSpec(raw: unknown): Parsed<FleetSpec> {
  if (!isObject(raw)) {
    const message = 'the document is no fleet'
    const hint = 'give volumes, interval, length and seed'
    return { ok: false, problems: [{ code: 'FIELD_INVALID', path: '', message, hint }] }
  }
  const problems = unknownFields(fields, raw, '').map(withoutDot)
  const take = taker(problems)
  const spec = {
    volumes: volumesOf(raw.volumes ?? 60, take),
    intervalUs: take(duration, raw.interval ?? '5m', 'interval', 300_000_000),
    lengthUs: take(duration, raw.length ?? '14d', 'length', 86_400_000_000),
    startUs: startOf(raw.start ?? usualStart, problems),
    seed: take(integer(0), raw.seed ?? 1, 'seed', 1),
    shares: raw.shares === undefined ? usualShares : sharesOf(raw.shares, problems),
  }
  if (spec.intervalUs === 0 || spec.lengthUs < spec.intervalUs) {
    problems.push(invalid('length', 'length holds no interval', 'give a length above the interval'))
  }
  return problems.length === 0 ? { ok: true, value: spec } : { ok: false, problems }
}

type Take = <Value>(kind: Kind<Value>, raw: unknown, path: string, otherwise: Value) => Value

function taker(problems: Problem[]): Take {
  return (kind, raw, path, otherwise) => {
    const parsed = kind.parse(raw, path)
    if (parsed.ok) return parsed.value
    problems.push(...parsed.problems)
    return otherwise
  }
}

/** A number makes names; a list gives them. */
function volumesOf(raw: unknown, take: Take): readonly string[] {
  if (Array.isArray(raw)) return raw.map((name, at) => take(text, name, `volumes[${at}]`, ''))
  const count = take(integer(1, 1_000_000), raw, 'volumes', 1)
  const width = String(count).length
  return Array.from(
    { length: count },
    (_, index) => `volume-${String(index + 1).padStart(width, '0')}`,
  )
}

function startOf(raw: unknown, problems: Problem[]): number {
  const written = raw instanceof Date ? raw.toISOString() : raw
  const atUs = typeof written === 'string' ? parseInstant(written) : null
  if (atUs !== null && atUs >= 0) return atUs
  problems.push(invalid('start', 'start is no instant', 'write it as 2024-01-01T00:00:00Z'))
  return 0
}

function sharesOf(raw: unknown, problems: Problem[]): readonly FleetShare[] {
  if (!Array.isArray(raw) || raw.length === 0) {
    problems.push(invalid('shares', 'shares is no list', 'give {kind, share, iops} for each kind'))
    return usualShares
  }
  const take = taker(problems)
  const shares = raw.map((one: unknown, at): FleetShare => {
    const path = `shares[${at}]`
    const share = isObject(one) ? one : {}
    problems.push(...unknownFields(shareFields, share, path))
    return {
      kind: take(oneOf(kinds), share.kind, `${path}.kind`, 'idle'),
      share: take(integer(0), share.share, `${path}.share`, 1),
      iops: take(integer(0), share.iops, `${path}.iops`, 1),
      begins: take(part, share.begins ?? 0, `${path}.begins`, 0),
      ends: take(part, share.ends ?? 0, `${path}.ends`, 0),
    }
  })
  if (shares.every(one => one.share === 0)) {
    problems.push(invalid('shares', 'all shares are 0', 'give one of them more'))
  }
  return shares
}

/** A part of the volumes, from none to all of them. */
const part: Kind<number> = {
  name: 'part',
  parse: (raw, path) =>
    typeof raw === 'number' && raw >= 0 && raw <= 1
      ? { ok: true, value: raw }
      : bad(path, raw, 'give a part, from 0 to 1'),
}

function invalid(path: string, message: string, hint: string): Problem {
  return { code: 'FIELD_INVALID', path, message, hint }
}

function withoutDot(problem: Problem): Problem {
  return { ...problem, path: problem.path.replace(/^\./, '') }
}
