import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseColumns } from '../../traces/formats/columns.js'
import { fileOf, requestsOf, rowsOf } from './workbench.js'

const part = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.constantFrom('00', '01', 'a', 'aa', 'ab', 'pvc-ü', '9'.repeat(20)),
)

it('keeps names apart, of one column or of two, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 60 }),
      async names => {
        const file = fileOf(names.map(([a, b], row) => `${row},${a},${b},0,512`).join('\n'))
        const one = await requestsOf([file], {
          columns: parseColumns('time=1:us,volume=2,offset=4,length=5'),
        })
        expect(rowsOf(one).map(row => row.volume)).toEqual(names.map(([a]) => a))
        const two = await requestsOf([file], {
          columns: parseColumns('time=1:us,volume=2+3,offset=4,length=5'),
        })
        expect(rowsOf(two).map(row => row.volume)).toEqual(names.map(([a, b]) => `${a}:${b}`))
      },
    ),
    { numRuns: 40 },
  )
})

it('has no operations where the columns name none', async () => {
  const file = fileOf('1,a,0,512\n2,a,512,512\n')
  const columns = parseColumns('time=1:us,volume=2,offset=3,length=4')
  const { summary } = (await requestsOf([file], { columns })).footer
  expect(summary).toMatchObject({ requests: 2, reads: null, writes: null, readBytes: null })
})

it('takes words and the kernel’s letters for operations, and nothing else', async () => {
  const columns = parseColumns('time=1:us,op=2,offset=3,length=4')
  const words = ['R', 'WS', 'RA', 'FWFSM', 'D', 'FF', 'read', 'WRITE', 'discard', 'getChunkData.X']
  const file = fileOf(words.map((word, row) => `${row},${word},0,512`).join('\n'))
  const source = await requestsOf([file], { columns })
  expect(rowsOf(source).map(row => row.operation)).toEqual([0, 1, 0, 1, 2, 2, 0, 1, 2, 0])
  for (const wrong of ['Raed', 'RW', 'ws', 'N', '2', 'W R']) {
    const broken = fileOf(`1,R,0,512\n2,${wrong},0,512\n`)
    await expect(requestsOf([broken], { columns }), wrong).rejects.toThrow(/is not an operation/)
  }
})
