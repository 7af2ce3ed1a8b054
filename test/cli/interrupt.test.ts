import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { begin, removeUnfinished, settle } from '../../src/cli/interrupt.js'
import { scratch } from './in-process.js'

const { path } = scratch()

/** A thread that makes files there for as long as the directory stands. */
const maker = `
const { openSync, closeSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
parentPort.postMessage('begun')
for (let number = 0; ; number++) {
  try {
    closeSync(openSync(workerData + '/' + number, 'w'))
  } catch {
    break
  }
}
`

describe('an interrupted program', () => {
  it('removes what is unfinished, and nothing that was settled', () => {
    const [half, whole] = [path('half'), path('whole')]
    for (const one of [half, whole]) {
      begin(one)
      writeFileSync(one, 'x')
    }
    settle(whole)
    removeUnfinished()
    expect([existsSync(half), existsSync(whole)]).toEqual([false, true])
  })

  it('removes a directory although threads still write into it', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const directory = join(path('directories'), String(turn))
      mkdirSync(directory, { recursive: true })
      begin(directory)
      const thread = new Worker(maker, { eval: true, workerData: directory })
      const gone = new Promise(resolve => thread.once('exit', resolve))
      await new Promise(resolve => thread.once('message', resolve))
      removeUnfinished()
      await gone
      expect(existsSync(directory)).toBe(false)
    }
  })
})
