/** Hours in which moves may start: what they mean at an instant, and what is wrong with one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActiveHours, activeHours, isActive } from '../../src/core/active-hours.js'
import { day, hour, minute } from './cluster.js'

/** Monday, 5 January 2026, 00:00 UTC: 20 458 days after the epoch. */
const monday = 20_458 * day

function read(raw: unknown): ActiveHours {
  const parsed = activeHours.parse(raw, 'at')
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.path).join())
  return parsed.value
}

function pathsOf(raw: unknown): readonly string[] {
  const parsed = activeHours.parse(raw, 'at')
  return parsed.ok ? [] : parsed.problems.map(one => one.path)
}

describe('active hours', () => {
  it('that say nothing are always', () => {
    fc.assert(fc.property(fc.maxSafeNat(), atUs => isActive([read({})], atUs)))
  })

  it('hold from their start to just before their end', () => {
    const hours = [read({ from: '09:30', to: '17:00' })]
    expect(isActive(hours, monday + 9 * hour + 30 * minute - 1)).toBe(false)
    expect(isActive(hours, monday + 9 * hour + 30 * minute)).toBe(true)
    expect(isActive(hours, monday + 17 * hour - 1)).toBe(true)
    expect(isActive(hours, monday + 17 * hour)).toBe(false)
  })

  it('past midnight belong to the day on which they start', () => {
    const hours = [read({ days: ['Mon'], from: '22:00', to: '06:00' })]
    expect(isActive(hours, monday + 22 * hour - 1)).toBe(false)
    expect(isActive(hours, monday + 22 * hour)).toBe(true)
    expect(isActive(hours, monday + day + 6 * hour - 1)).toBe(true)
    expect(isActive(hours, monday + day + 6 * hour)).toBe(false)
    expect(isActive(hours, monday + 3 * hour)).toBe(false)
    expect(isActive(hours, monday + day + 22 * hour)).toBe(false)
  })

  it('that end as they start run around the clock', () => {
    const hours = [read({ days: ['Tue'], from: '08:00', to: '08:00' })]
    expect(isActive(hours, monday + day + 8 * hour - 1)).toBe(false)
    expect(isActive(hours, monday + day + 8 * hour)).toBe(true)
    expect(isActive(hours, monday + 2 * day + 8 * hour - 1)).toBe(true)
    expect(isActive(hours, monday + 2 * day + 8 * hour)).toBe(false)
  })

  it.each([
    ['+02:00', -2 * hour],
    ['-05:30', 5 * hour + 30 * minute],
    ['+00:00', 0],
  ])('at the offset %s are moved in UTC', (utcOffset, shiftUs) => {
    const hours = [read({ days: ['Mon'], from: '00:00', to: '24:00', utcOffset })]
    expect(isActive(hours, monday + shiftUs - 1)).toBe(false)
    expect(isActive(hours, monday + shiftUs)).toBe(true)
    expect(isActive(hours, monday + shiftUs + day - 1)).toBe(true)
    expect(isActive(hours, monday + shiftUs + day)).toBe(false)
  })

  it.each([0, 1, 2, 3, 4, 5, 6])('know the weekday %i days after a Monday', index => {
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
    for (const [other, name] of names.entries()) {
      expect(isActive([read({ days: [name] })], monday + index * day)).toBe(other === index)
    }
  })

  it('before the epoch know their weekday too', () => {
    expect(isActive([read({ days: ['Wed'] })], -1)).toBe(true)
    expect(isActive([read({ days: ['Wed'] })], 0 - 7 * day)).toBe(false)
  })

  it('are the union of their spans, and none are never', () => {
    const spans = [read({ from: '01:00', to: '02:00' }), read({ from: '03:00', to: '04:00' })]
    expect(isActive(spans, monday + 3 * hour)).toBe(true)
    expect(isActive(spans, monday + 2 * hour)).toBe(false)
    expect(isActive([], monday)).toBe(false)
  })

  it.each([
    [{ days: 'Mon' }, ['at.days']],
    [{ days: ['Mon', 'Monday'] }, ['at.days']],
    [{ days: ['Mon', 'Mon'] }, ['at.days']],
    [{ from: '24:00' }, ['at.from']],
    [{ from: '9:00', to: '24:01' }, ['at.from', 'at.to']],
    [{ from: 900, to: '12:60' }, ['at.from', 'at.to']],
    [{ to: '12:00:00' }, ['at.to']],
    [{ utcOffset: '02:00' }, ['at.utcOffset']],
    [{ utcOffset: '+14:01' }, ['at.utcOffset']],
    [{ utcOffset: '+02:60' }, ['at.utcOffset']],
    [{ utcOffset: 2 }, ['at.utcOffset']],
    [{ utcOffset: 'x+02:00' }, ['at.utcOffset']],
    [{ utcOffset: '+02:00:00' }, ['at.utcOffset']],
    [{ from: ['22:00'], utcOffset: ['+02:00'] }, ['at.from', 'at.utcOffset']],
    [{ tz: 'Europe/Berlin', from: 1 }, ['at.tz', 'at.from']],
    ['22:00', ['at']],
    [null, ['at']],
  ])('%j is wrong at %j', (raw, paths) => {
    expect(pathsOf(raw)).toEqual(paths)
  })

  it('say what to write', () => {
    const parsed = activeHours.parse({ days: 1, from: 1, to: 1, utcOffset: 1 }, 'at')
    expect(!parsed.ok && parsed.problems.map(one => one.hint)).toEqual([
      'give a list of Mon, Tue, Wed, Thu, Fri, Sat, Sun',
      'give a time, as 22:00',
      'give a time, as 06:00',
      'give an offset, as +02:00',
    ])
  })

  it('take null for left out', () => {
    expect(read({ days: null, from: null, to: null, utcOffset: null })).toEqual(read({}))
    expect(read({ utcOffset: '+14:00' }).utcOffsetMinutes).toBe(840)
  })
})
