/**
 * Reads a coded directory as `verify` does, but slowly, and over several runs: how far it came is
 * kept in the directory.
 */
import type { Coder } from '../coder.js'
import { examine, examineContainers } from './examine.js'
import type { FileSystem } from './file-system.js'
import { type Finding, Findings } from './findings.js'
import type { ByteRange } from './layout.js'
import { LostRanges } from './lost-ranges.js'
import { readScrubState, writeScrubState } from './scrub-state.js'
import type { CodedVolume } from './volume.js'

export interface ScrubRequest {
  readonly volume: CodedVolume
  readonly coder: Coder
  readonly files: FileSystem
  /** Bytes a second, of all pools together; null: as fast as it goes. */
  readonly rate: number | null
  /** Forget how far an earlier run came. */
  readonly restart: boolean
  readonly progress: (stripes: number, findings: number) => void
  readonly clock: ScrubClock
}

export interface ScrubClock {
  /** Milliseconds, never backwards. */
  now(): number
  sleep(ms: number): Promise<void>
}

export interface Scrubbed {
  /** Of the whole pass, earlier runs included. */
  readonly findings: readonly Finding[]
  /** Of this run. */
  readonly lost: readonly ByteRange[]
  readonly firstStripe: number
  readonly readBytes: number
  readonly passes: number
}

/** Bytes read between two writings of the state: what is read again after a kill. */
const saveEveryBytes = 268_435_456

/** The directory's lock is held by who calls this. */
export async function scrub(request: ScrubRequest): Promise<Scrubbed> {
  const { volume, coder, files, clock, rate } = request
  const before = await readScrubState(files, volume)
  const from = request.restart ? 0 : before.nextStripe % Math.max(1, volume.header.stripes)
  const earlier = from === 0 ? [] : before.findings.filter(({ stripe }) => stripe !== null)
  const findings = new Findings()
  const lost = new LostRanges()
  const began = clock.now()
  let readBytes = 0
  let savedBytes = 0
  examineContainers(volume, findings)
  const all = (): readonly Finding[] => [...findings.list(), ...earlier]
  await examine(
    {
      volume,
      coder,
      findings,
      lost,
      onStripe: () => {},
      onProgress: async (next, bytes) => {
        readBytes += bytes
        request.progress(next, findings.shards)
        if (readBytes - savedBytes >= saveEveryBytes) {
          savedBytes = readBytes
          const { passes } = before
          await writeScrubState(files, volume, { nextStripe: next, findings: all(), passes })
        }
        if (rate === null) return
        const dueMs = began + (readBytes / rate) * 1000
        if (dueMs > clock.now()) await clock.sleep(dueMs - clock.now())
      },
    },
    from,
  )
  const passes = before.passes + 1
  await writeScrubState(files, volume, { nextStripe: 0, findings: [], passes })
  return { findings: all(), lost: lost.list(), firstStripe: from, readBytes, passes }
}
