import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refused } from '../../src/core/errors.js'
import { convert, plainOptions } from '../../traces/convert.js'
import { parseColumns } from '../../traces/formats/columns.js'
import { parseUnit } from '../../traces/formats/series/unit.js'
import { fileOf, newPath } from './workbench.js'

const folder = 'traces/samples'
const samples = readdirSync(folder).filter(name => !/README|yaml/.test(name))

/** What may happen to a file on its way: bytes are changed, lost, doubled, or the end is. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('change', 'insert', 'remove', 'cut', 'double'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc
        .constantFrom('0x', 'NaN', '-', ',', ',,', '\n', '\0', '9'.repeat(25), '"', '[', ' ', '.')
        .map(text => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

function damaged(
  whole: Buffer,
  faults: typeof damage extends fc.Arbitrary<infer Faults> ? Faults : never,
) {
  let bytes = whole
  for (const { kind, at, bytes: put } of faults) {
    const place = Math.floor(at * bytes.length)
    const before = bytes.subarray(0, place)
    const skipped = kind === 'change' || kind === 'remove' ? put.length : 0
    const after = kind === 'cut' ? Buffer.alloc(0) : bytes.subarray(place + skipped)
    const middle = kind === 'change' || kind === 'insert' ? put : Buffer.alloc(0)
    const again = kind === 'double' ? bytes.subarray(Math.max(0, place - 64), place) : middle
    bytes = Buffer.concat([before, again, after])
  }
  return bytes
}

describe('a damaged file', () => {
  for (const name of samples) {
    it(`is read, or refused with its name and a hint: ${name}`, async () => {
      const whole = readFileSync(join(folder, name))
      const options = {
        ...plainOptions,
        columns: name.startsWith('any')
          ? parseColumns('time=when_us:us,volume=disk,op=kind,offset=start,length=length')
          : null,
        unit: name.startsWith('cloudwatch') ? parseUnit('write-bytes') : null,
      }
      await fc.assert(
        fc.asyncProperty(damage, async faults => {
          const file = fileOf(damaged(whole, faults), name)
          try {
            if (readFileSync(file).length > 0) await convert([file], newPath('columns'), options)
          } catch (error) {
            if (!(error instanceof Refused)) throw error
            const [{ where, message, hint }] = error.errors
            expect(where.file).toBe(file)
            expect(message.length * hint.length).toBeGreaterThan(0)
          }
        }),
        { numRuns: 60 },
      )
    })
  }
})
