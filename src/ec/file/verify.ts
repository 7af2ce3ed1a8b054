/** Everything of a coded directory is read and checked; nothing is changed. */
import type { Coder } from '../coder.js'
import { examine, examineContainers } from './examine.js'
import { type Finding, Findings } from './findings.js'
import type { ByteRange } from './layout.js'
import { LostRanges } from './lost-ranges.js'
import type { CodedVolume } from './volume.js'

export interface Verified {
  readonly findings: readonly Finding[]
  /** Shards of stripes with something wrong, missing containers not counted. */
  readonly damagedShards: number
  /** Stripes with something wrong, for which missing containers do count. */
  readonly damagedStripes: number
  readonly lost: readonly ByteRange[]
  readonly readBytes: number
}

export async function verify(
  volume: CodedVolume,
  coder: Coder,
  progress: (stripes: number) => void,
): Promise<Verified> {
  const findings = new Findings()
  const lost = new LostRanges()
  let damagedStripes = 0
  let readBytes = 0
  examineContainers(volume, findings)
  const examination = {
    volume,
    coder,
    findings,
    lost,
    onStripe: ({ bad }: { readonly bad: number }) => {
      if (bad !== 0) damagedStripes++
    },
    onProgress: async (next: number, bytes: number) => {
      readBytes += bytes
      progress(next)
    },
  }
  await examine(examination, 0)
  const { shards } = findings
  return {
    findings: findings.list(),
    damagedShards: shards,
    damagedStripes,
    lost: lost.list(),
    readBytes,
  }
}
