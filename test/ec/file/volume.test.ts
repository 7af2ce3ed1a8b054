import { describe, expect, test } from 'vitest'
import { crc32c } from '../../../src/ec/checksum.js'
import { type Coded, coded, containerOf, decoded, directory, losePool, verified } from './coded.js'

function changeHeader(one: Coded, pool: number, change: (page: Buffer) => void): void {
  const { bytes } = containerOf(one, pool)
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, 4096)
  change(page)
  page.writeUInt32LE(crc32c(page.subarray(0, 4092)), 4092)
}

function swap(one: Coded, left: number, right: number): void {
  const [first, second] = [containerOf(one, left), containerOf(one, right)]
  one.files.tree.set(`${directory}/pool-${left}/container`, second)
  one.files.tree.set(`${directory}/pool-${right}/container`, first)
}

describe('a coded directory', () => {
  test('reads with its sub-directories swapped, and nothing is wrong with it', async () => {
    const one = await coded('rs-4-2', 100_000)
    swap(one, 0, 5)
    swap(one, 1, 2)
    const { bytes, told } = await decoded(one)
    expect(Buffer.compare(bytes, one.user)).toBe(0)
    expect(told.rebuiltBlocks).toBe(0)
    expect((await verified(one)).findings).toEqual([])
  })

  test('is what most headers say', async () => {
    const one = await coded('rs-4-2', 100_000)
    changeHeader(one, 1, page => page.writeUInt8(99, 80))
    changeHeader(one, 4, page => page.writeUInt8(99, 80))
    expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
    const { findings } = await verified(one)
    expect(findings.map(({ directory: name, fault }) => [name, fault])).toEqual([
      ['pool-1', 'foreign'],
      ['pool-4', 'foreign'],
    ])
  })

  test('of two volumes in equal parts is refused, and names both', async () => {
    const one = await coded('rs-2-2', 100_000)
    changeHeader(one, 1, page => page.writeUInt8(99, 80))
    changeHeader(one, 3, page => page.writeUInt8(99, 80))
    await expect(decoded(one)).rejects.toMatchObject({
      errors: [
        {
          code: 'CONTAINER_FOREIGN',
          message: 'pool-0, pool-2 and pool-1, pool-3 are of two volumes',
        },
      ],
    })
  })

  test('of another version of the format says which', async () => {
    const one = await coded('rs-2-1', 100_000)
    for (const pool of [0, 1, 2]) changeHeader(one, pool, page => page.writeUInt32LE(7, 8))
    await expect(decoded(one)).rejects.toMatchObject({
      errors: [{ code: 'CONTAINER_VERSION', message: 'version 7 of the format; 1 is read here' }],
    })
  })

  test('of more bytes than a number holds is refused', async () => {
    const one = await coded('rs-2-1', 100_000)
    for (const pool of [0, 1, 2]) {
      changeHeader(one, pool, page => page.writeBigUInt64LE(2n ** 60n, 72))
    }
    await expect(decoded(one)).rejects.toMatchObject({ errors: [{ code: 'CONTAINER_VERSION' }] })
  })

  test('without a whole header is refused', async () => {
    const one = await coded('rs-2-1', 100_000)
    for (const pool of [0, 1, 2]) containerOf(one, pool).bytes[99] ^= 1
    await expect(decoded(one)).rejects.toMatchObject({ errors: [{ code: 'CONTAINER_BROKEN' }] })
  })

  test('that is not there, or holds no containers, is refused', async () => {
    const one = await coded('rs-2-1', 100_000)
    for (const pool of [0, 1, 2]) losePool(one, pool)
    await expect(decoded(one)).rejects.toThrow('it holds no pool-N/container')
    one.files.tree.delete(directory)
    await expect(decoded(one)).rejects.toThrow('there is no such directory')
  })

  test('takes a damaged header for another volume’s where all slots are', async () => {
    const one = await coded('rs-4-2', 100_000)
    const other = await coded('rs-4-2', 100_000, 20_000, 'other')
    containerOf(other, 2).bytes[80] ^= 1
    one.files.tree.set(`${directory}/pool-2/container`, containerOf(other, 2))
    const faults = async (): Promise<readonly string[]> =>
      (await verified(one)).findings.map(({ fault }) => fault)
    expect(await faults()).toEqual(['foreign'])
    const slot = one.geometry.shardBytes + 4096
    const mine = (await coded('rs-4-2', 100_000)).files.tree.get(`${directory}/pool-2/container`)
    if (mine === undefined || mine === 'directory') throw new Error('there is a container')
    containerOf(one, 2).bytes.set(mine.bytes.subarray(4096, 4096 + slot), 4096)
    expect(await faults()).toEqual(['header', 'foreign'])
  })

  test('knows a second copy of a pool for what it is', async () => {
    const one = await coded('rs-4-2', 100_000)
    one.files.tree.set(`${directory}/pool-3/container`, containerOf(one, 2))
    const { findings } = await verified(one)
    expect(findings.map(({ pool, fault }) => [pool, fault])).toEqual([[3, 'foreign']])
    expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
  })
})
