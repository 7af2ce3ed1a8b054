/** Time that repairs were under way, however they overlap. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RepairMeter } from '../../sim/repair-meter.js'

const repairs = fc.array(
  fc.record({
    beginUs: fc.nat(50),
    lengthUs: fc.nat(20),
    bytes: fc.nat(9),
    isDone: fc.boolean(),
  }),
  { maxLength: 8 },
)

describe('a meter of repairs', () => {
  it('counts each instant once, and the bytes of those that ended', () => {
    fc.assert(
      fc.property(repairs, fc.nat(80), (drawn, untilUs) => {
        const meter = new RepairMeter()
        for (let atUs = 0; atUs <= untilUs; atUs++) {
          for (const one of drawn) if (one.beginUs === atUs) meter.begin(atUs)
          for (const { beginUs, lengthUs, bytes, isDone } of drawn) {
            if (beginUs + lengthUs !== atUs) continue
            if (isDone) meter.end(atUs, bytes)
            else meter.stop(atUs)
          }
        }
        const busy = Array.from({ length: untilUs }, (_, atUs) =>
          drawn.some(one => one.beginUs <= atUs && atUs < one.beginUs + one.lengthUs),
        ).filter(isBusy => isBusy)
        const done = drawn.filter(one => one.isDone && one.beginUs + one.lengthUs <= untilUs)
        expect(meter.busyUntil(untilUs)).toBe(busy.length)
        expect(meter.ended).toBe(done.length)
        expect(meter.bytes).toBe(done.reduce((sum, { bytes }) => sum + bytes, 0))
      }),
    )
  })
})
