/**
 * Makes a coded directory whole again: what is wrong is looked for, the most endangered stripes
 * come first, and a container that is missing is written beside its name and renamed. It may be
 * cut off at any step and started again.
 */
import { dirname } from 'node:path'
import type { Coder, Place } from '../coder.js'
import { writeHeader } from '../container/header.js'
import { partialPath, removeLeftovers } from './directory.js'
import { examine, examineContainers } from './examine.js'
import type { FileSystem, OpenFile } from './file-system.js'
import { refused } from './find-containers.js'
import { type Finding, Findings } from './findings.js'
import type { ByteRange } from './layout.js'
import { LostRanges } from './lost-ranges.js'
import { throughPlaces } from './pipeline.js'
import { RepairPlan } from './repair-plan.js'
import { type RepairCounts, repairStep } from './repair-stripes.js'
import type { Unfinished } from './unfinished.js'
import { type CodedVolume, type Container, wholeBytes } from './volume.js'

export interface Repaired {
  readonly findings: readonly Finding[]
  /** What could not be made again; the rest was. */
  readonly lost: readonly ByteRange[]
  readonly examinedBytes: number
  /** What was read to make lost blocks again, beside what was read to find them. */
  readonly readBytes: number
  readonly writtenBlocks: number
  /** Shards of stripes that could not be made again; some hold but padding or parity. */
  readonly unrepairedShards: number
  /** Losses that the most endangered stripe could still survive before; below 0: none. */
  readonly slackBefore: number
}

export interface RepairRequest {
  /** Opened for changes. */
  readonly volume: CodedVolume
  readonly coder: Coder
  readonly files: FileSystem
  readonly unfinished: Unfinished
  readonly progress: (what: 'examined' | 'repaired', stripes: number) => void
}

/** The directory's lock is held by who calls this. */
export async function repair(request: RepairRequest): Promise<Repaired> {
  const { volume, coder, progress } = request
  refuseForeign(volume)
  const findings = new Findings()
  const plan = new RepairPlan(volume)
  let examinedBytes = 0
  examineContainers(volume, findings)
  await examine(
    {
      volume,
      coder,
      findings,
      lost: new LostRanges(),
      onStripe: health => plan.add(health),
      onProgress: async (next, bytes) => {
        examinedBytes += bytes
        progress('examined', next)
      },
    },
    0,
  )
  return { findings: findings.list(), examinedBytes, ...(await mend(request, plan)) }
}

/** Repairs what a plan names, and the containers as a whole. */
export async function mend(
  request: RepairRequest,
  plan: RepairPlan,
): Promise<Omit<Repaired, 'findings' | 'examinedBytes'>> {
  const { volume, coder, files, unfinished, progress } = request
  refuseForeign(volume)
  const counts: RepairCounts = {
    readBytes: 0,
    writtenBlocks: 0,
    writtenPages: 0,
    unrepairedShards: 0,
  }
  const lost = new LostRanges()
  const rebuilt = volume.containers.filter(({ file }) => file === null)
  const fresh = new Map<number, OpenFile>()
  try {
    for (const container of rebuilt) {
      unfinished.begin(partialPath(container.path))
      fresh.set(container.pool, await openFresh(files, container))
    }
    const targets = targetsOf(volume, fresh)
    let steps: ReturnType<RepairPlan['steps']> | null = null
    let next = 0
    let done = 0
    await throughPlaces(coder, async (place: Place) => {
      steps ??= plan.steps(place.stripes)
      const step = steps[next++]
      if (step === undefined) return null
      return async () => {
        await repairStep({ volume, coder, targets, lost, counts }, place, step)
        done += step.stripes
        progress('repaired', done)
      }
    })
    await finish(request, targets)
    for (const container of rebuilt) await switchIn(files, container, fresh.get(container.pool))
  } finally {
    for (const { path, pool } of rebuilt) {
      await fresh
        .get(pool)
        ?.close()
        .catch(() => {})
      await files.remove(partialPath(path)).catch(() => {})
      unfinished.settle(partialPath(path))
    }
  }
  const { writtenPages, ...told } = counts
  return { lost: lost.list(), ...told, slackBefore: plan.slack }
}

function refuseForeign({ containers }: CodedVolume): void {
  const foreign = containers.find(({ state }) => state === 'foreign')
  if (foreign === undefined) return
  const message = 'a container of another volume stands where one of this volume is missing'
  const hint = 'move it away; nothing was changed'
  throw refused('CONTAINER_FOREIGN', foreign.path, message, hint)
}

async function openFresh(files: FileSystem, { path }: Container): Promise<OpenFile> {
  await files.makeDirectory(dirname(path))
  await removeLeftovers(files, path, 'all')
  return files.open(partialPath(path), 'create')
}

function targetsOf(volume: CodedVolume, fresh: ReadonlyMap<number, OpenFile>): readonly OpenFile[] {
  return volume.containers.flatMap(({ pool, file }) => file ?? fresh.get(pool) ?? [])
}

/** Headers, lengths, and everything durable. */
async function finish({ volume }: RepairRequest, targets: readonly OpenFile[]): Promise<void> {
  const bytes = wholeBytes(volume)
  for (const [pool, target] of targets.entries()) {
    const { state } = volume.containers[pool]
    if ((await target.size()) !== bytes) await target.truncate(bytes)
    await target.sync()
    if (state === 'whole') continue
    await target.writev([writeHeader({ ...volume.header, pool })], 0)
    await target.sync()
  }
}

async function switchIn(
  files: FileSystem,
  { path }: Container,
  file: OpenFile | undefined,
): Promise<void> {
  await file?.close()
  await files.rename(partialPath(path), path)
  await files.syncDirectory(dirname(path))
  await files.syncDirectory(dirname(dirname(path)))
}
