/**
 * Hours in which moves may start: days of the week and a span of the day, at a fixed offset from
 * UTC.
 */
import { bad, good, isObject, type Kind, type Problem, unknownFields } from './field.js'
import type { Schema } from './schema.js'

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
export type Weekday = (typeof weekdays)[number]

export interface ActiveHours {
  /** Empty: every day. */
  readonly days: readonly Weekday[]
  /** Minutes after midnight; a span that ends at or before its start runs past midnight. */
  readonly fromMinute: number
  readonly toMinute: number
  readonly utcOffsetMinutes: number
}

const minuteUs = 60_000_000
const dayMinutes = 1440

/** Whether an instant lies in one of the spans. The epoch's first day was a Thursday. */
export function isActive(hours: readonly ActiveHours[], atUs: number): boolean {
  return hours.some(span => {
    const minutes = Math.floor(atUs / minuteUs) + span.utcOffsetMinutes
    const day = Math.floor(minutes / dayMinutes)
    const minute = minutes - day * dayMinutes
    if (span.fromMinute < span.toMinute) {
      return onDay(span, day) && minute >= span.fromMinute && minute < span.toMinute
    }
    return (
      (onDay(span, day) && minute >= span.fromMinute) ||
      (onDay(span, day - 1) && minute < span.toMinute)
    )
  })
}

function onDay(span: ActiveHours, day: number): boolean {
  const weekday = weekdays[(((day + 3) % 7) + 7) % 7]
  return span.days.length === 0 || span.days.includes(weekday)
}

const hoursSchema: Schema = {
  type: 'object',
  properties: {
    days: {
      description: 'Days on which the span begins; left out or empty: every day.',
      type: 'array',
      items: { type: 'string', enum: weekdays },
      'x-kubernetes-list-type': 'set',
    },
    from: {
      description: 'Time of the day at which the span begins; left out: 00:00.',
      type: 'string',
      pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
    },
    to: {
      description: 'Time at which it ends, on the next day if not after from; left out: 24:00.',
      type: 'string',
      pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
    },
    utcOffset: {
      description: 'Offset of these times from UTC, as +02:00; left out: +00:00.',
      type: 'string',
      pattern: '^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$',
    },
  },
}

/** `{days: [Sat, Sun], from: "22:00", to: "06:00", utcOffset: "+02:00"}`. */
export const activeHours: Kind<ActiveHours> = {
  name: 'active hours',
  parse: (raw, path) => {
    if (!isObject(raw)) return bad(path, raw, 'give {days, from, to, utcOffset}')
    const problems: Problem[] = unknownFields(['days', 'from', 'to', 'utcOffset'], raw, path)
    const wrong = (name: string, hint: string): null => {
      problems.push(...problemsOf(bad(`${path}.${name}`, raw[name], hint)))
      return null
    }
    const days = parseDays(raw.days ?? []) ?? wrong('days', `give a list of ${weekdays.join(', ')}`)
    const from = parseStart(raw.from ?? '00:00') ?? wrong('from', 'give a time, as 22:00')
    const to = parseMinute(raw.to ?? '24:00') ?? wrong('to', 'give a time, as 06:00')
    const offset =
      parseOffset(raw.utcOffset ?? '+00:00') ?? wrong('utcOffset', 'give an offset, as +02:00')
    if (days === null || from === null || to === null || offset === null || problems.length > 0) {
      return { ok: false, problems }
    }
    return good({ days, fromMinute: from, toMinute: to, utcOffsetMinutes: offset })
  },
  schema: () => hoursSchema,
}

function problemsOf(parsed: ReturnType<typeof bad>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems
}

function parseDays(raw: unknown): readonly Weekday[] | null {
  if (!Array.isArray(raw)) return null
  const days = weekdays.filter(day => raw.includes(day))
  return days.length === raw.length ? days : null
}

function parseStart(raw: unknown): number | null {
  const minute = parseMinute(raw)
  return minute === dayMinutes ? null : minute
}

function parseMinute(raw: unknown): number | null {
  const match = typeof raw === 'string' ? /^(\d{2}):(\d{2})$/.exec(raw) : null
  if (match === null) return null
  const minute = Number(match[1]) * 60 + Number(match[2])
  return Number(match[2]) < 60 && minute <= dayMinutes ? minute : null
}

function parseOffset(raw: unknown): number | null {
  const match = typeof raw === 'string' ? /^([+-])(\d{2}):(\d{2})$/.exec(raw) : null
  if (match === null) return null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  if (minutes > 14 * 60 || Number(match[3]) >= 60) return null
  return match[1] === '-' ? 0 - minutes : minutes
}
