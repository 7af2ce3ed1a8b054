import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert, plainOptions } from '../../traces/convert.js'
import type { Unfinished } from '../../traces/unfinished.js'
import { fileOf, newPath } from './workbench.js'

/** Notes what an interruption would have to remove, and that it is there when it is said. */
class Noted implements Unfinished {
  readonly begun: string[] = []
  readonly open = new Set<string>()

  begin(path: string): void {
    expect(existsSync(path)).toBe(true)
    this.begun.push(path)
    this.open.add(path)
  }

  settle(path: string): void {
    expect(existsSync(path)).toBe(false)
    this.open.delete(path)
  }
}

describe('files that are being written', () => {
  const requests = '1,0,512,r,1.0\n1,8,512,w,2.0\n'
  const series = 'timestamp,volume,read_iops,write_iops\n0,a,1,1\n60,a,1,1\n'

  for (const [what, text] of Object.entries({ requests, series })) {
    it(`are told from their begin to their end: ${what}`, async () => {
      const noted = new Noted()
      const target = newPath('columns')
      await convert([fileOf(text)], target, plainOptions, noted)
      expect(noted.begun.every(path => path.startsWith(target) && path !== target)).toBe(true)
      expect(noted.begun.length).toBeGreaterThan(0)
      expect([...noted.open]).toEqual([])
      expect(existsSync(target)).toBe(true)
    })

    it(`are gone when the reading fails: ${what}`, async () => {
      const noted = new Noted()
      const target = newPath('columns')
      const broken = convert([fileOf(`${text}broken,0x\n`)], target, plainOptions, noted)
      await expect(broken).rejects.toThrow()
      expect(noted.begun.length).toBeGreaterThan(0)
      expect([...noted.open]).toEqual([])
      expect(noted.begun.some(path => existsSync(path))).toBe(false)
      expect(existsSync(target)).toBe(false)
    })
  }
})
