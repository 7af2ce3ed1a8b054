import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { convert, plainOptions } from '../../traces/convert.js'
import { openColumns } from '../../traces/open-columns.js'
import { realTrace } from './real-traces.js'

const directory = mkdtempSync(join(tmpdir(), 'couchestor-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('the CloudPhysics sample', () => {
  const trace = realTrace('cloudphysics.vscsi')

  it.runIf(trace !== null)(
    'has the figures that libCacheSim and the contract give it',
    async () => {
      const target = join(directory, 'cloudphysics.columns')
      await convert([trace ?? ''], target, plainOptions)
      const source = openColumns(target)
      if (source.grain !== 'requests') throw new Error('it holds requests')
      const { summary, format } = source.footer
      expect(format).toBe('vscsi-v1')
      expect(summary).toEqual({
        requests: 113_872,
        reads: 46_974,
        writes: 66_898,
        others: 0,
        readBytes: 1_797_412_352,
        writeBytes: 2_408_565_760,
        volumes: 1,
        firstUs: summary.firstUs,
        lastUs: summary.firstUs + 7_200_089_885,
        durationUs: 7_200_089_885,
        uniqueBlocks4KiB: 269_210,
        maxEndByte: 33_584_938_496,
        sizeP99Bytes: 69_632,
        peakIops1s: 2513,
      })
    },
  )
})
