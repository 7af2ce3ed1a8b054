/** `DIR/scrub.json`: how far the scrub of a directory has come; the next one goes on there. */
import { isObject } from '../../core/field.js'
import { scrubStatePath } from './directory.js'
import { type FileSystem, readText, replaceText } from './file-system.js'
import { type Fault, type Finding, faultMeanings } from './findings.js'
import type { CodedVolume } from './volume.js'

export interface ScrubState {
  /** Of the pass that is under way. */
  readonly nextStripe: number
  readonly findings: readonly Finding[]
  /** Whole passes before this one. */
  readonly passes: number
}

const beginning: ScrubState = { nextStripe: 0, findings: [], passes: 0 }

/** Findings kept from one run to the next; more are counted by `ec verify`. */
const mostKept = 10_000

/** From the beginning where there is no state, or one of another volume. */
export async function readScrubState(files: FileSystem, volume: CodedVolume): Promise<ScrubState> {
  const text = await readText(files, scrubStatePath(volume.directory))
  return text === null ? beginning : (stateOf(text, volume) ?? beginning)
}

export async function writeScrubState(
  files: FileSystem,
  volume: CodedVolume,
  state: ScrubState,
): Promise<void> {
  const { volume: id } = volume.header
  const findings = state.findings.slice(0, mostKept)
  const document = { schema: 'couchestor.scrub-state/v1', volume: id, ...state, findings }
  await replaceText(files, scrubStatePath(volume.directory), `${JSON.stringify(document)}\n`)
}

function stateOf(text: string, { header }: CodedVolume): ScrubState | null {
  const value = parsed(text)
  if (!isObject(value) || value.volume !== header.volume) return null
  const { nextStripe, passes, findings } = value
  if (!isCount(nextStripe) || !isCount(passes) || !Array.isArray(findings)) return null
  if (nextStripe > header.stripes) return null
  const kept = findings.flatMap(one => findingOf(one) ?? [])
  return kept.length === findings.length ? { nextStripe, passes, findings: kept } : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function findingOf(value: unknown): Finding | null {
  if (!isObject(value)) return null
  const { pool, directory, stripe, stripes, blocks, fault } = value
  const known = faults.find(one => one === fault)
  if (known === undefined || !isCount(pool) || !isCount(stripes)) return null
  if (typeof directory !== 'string' || !(stripe === null || isCount(stripe))) return null
  if (blocks !== null && !(Array.isArray(blocks) && blocks.every(isCount))) return null
  return { pool, directory, stripe, stripes, blocks, fault: known }
}

const faults = Object.keys(faultMeanings) as readonly Fault[]

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
