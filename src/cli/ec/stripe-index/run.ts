/** Runs `ec index`: what the containers say, what the cluster says, and what makes them agree. */
import type { ShardSet } from '../../../core/code.js'
import { type IndexPlan, indexPlan } from '../../../core/stripe-index.js'
import { type StripeGroup, stripeObjectName } from '../../../core/stripe-object.js'
import {
  corruptedIn,
  type StripeStatus,
  saysStatus,
  stripeStatus,
} from '../../../core/stripe-status.js'
import type { Coder } from '../../../ec/coder.js'
import type { CodedVolume } from '../../../ec/file/volume.js'
import type { Answer } from '../../../kubernetes/api.js'
import { systemTiming } from '../../../live/http/timing.js'
import { type IndexedStripes, StripeIndexWriter } from '../../../live/stripe-index-writer.js'
import type { KubernetesFlags } from '../../cluster/flags.js'
import { kubernetesApi, kubernetesMissing } from '../../cluster/kubernetes.js'
import type { Ended } from '../../command.js'
import type { Terminal } from '../../terminal.js'
import { usage } from '../../usage.js'
import { documentOf } from '../../version.js'
import { type EngineFlag, withVolume } from '../coded-directory.js'
import { stripesShown } from '../verify.js'
import { namesOf, volumeOf } from './names.js'
import {
  type Compared,
  differences,
  documentFrom,
  isDiffering,
  linesFrom,
  type Outcome,
  type Telling,
} from './outcome.js'

export interface IndexFlags extends EngineFlag, KubernetesFlags {
  readonly volume?: string
  readonly policy?: string
  readonly place: readonly string[]
  readonly verify?: boolean
  readonly check?: boolean
  readonly delete?: boolean
  readonly json?: boolean
}

/** What the directory says; of no group there is no status. */
interface Truth {
  readonly volume: string
  readonly groups: readonly StripeGroup[]
  /** What a whole reading found before stands, where this one reads no blocks. */
  readonly statusAfter: (corrupted: ShardSet) => StripeStatus
}

export async function indexCommand(
  directory: string,
  flags: IndexFlags,
  terminal: Terminal,
): Promise<Ended> {
  if (flags.delete === true && (flags.check === true || flags.verify === true)) {
    throw usage('--delete goes with neither --check nor --verify', 'leave one of them out')
  }
  const outcome = await outcomeOf(directory, flags, terminal)
  if (flags.json === true) {
    terminal.answer(JSON.stringify(documentOf('ec-index', documentFrom(directory, outcome))))
  } else for (const line of linesFrom(outcome)) terminal.answer(line)
  return isDiffering(outcome) ? 1 : 0
}

/** The directory is looked at before the cluster. */
async function outcomeOf(
  directory: string,
  flags: IndexFlags,
  terminal: Terminal,
): Promise<Outcome> {
  if (flags.delete === true) {
    const volume = await volumeToRemove(directory, flags)
    return withWriter(flags, writer => removed(writer, volume))
  }
  const truth = await truthOf(directory, flags, terminal)
  return withWriter(flags, writer => agreed(writer, truth, flags, terminal))
}

async function withWriter(
  flags: IndexFlags,
  work: (writer: StripeIndexWriter) => Promise<Outcome>,
): Promise<Outcome> {
  const api = await kubernetesApi(flags, systemTiming)
  try {
    return await work(new StripeIndexWriter(api, systemTiming))
  } finally {
    api.close()
  }
}

async function removed(writer: StripeIndexWriter, volume: string): Promise<Outcome> {
  const wrong = await writer.removeAll(volume)
  if (wrong !== null) throw refusedBy(wrong)
  return { kind: 'deleted', volume }
}

/** The containers may be gone already, where the volume is named. */
async function volumeToRemove(directory: string, flags: IndexFlags): Promise<string> {
  if (flags.volume !== undefined) return volumeOf(flags.volume)
  const access = { command: 'ec index', mode: 'read' } as const
  return withVolume(directory, access, flags, async ({ header }) => header.volume)
}

async function truthOf(directory: string, flags: IndexFlags, terminal: Terminal): Promise<Truth> {
  const access = { command: 'ec index', mode: 'read' } as const
  return withVolume(directory, access, flags, async (volume, coder) => {
    const { groupsIn } = await import('../../../ec/file/index-facts.js')
    const names = namesOf(volume, flags)
    const statusAfter = await statusOf(volume, coder, flags, terminal)
    return { volume: names.volume, groups: groupsIn(volume, names), statusAfter }
  })
}

async function statusOf(
  volume: CodedVolume,
  coder: Coder,
  flags: IndexFlags,
  terminal: Terminal,
): Promise<Truth['statusAfter']> {
  const { healthByBlocks, healthByHeaders } = await import('../../../ec/file/index-facts.js')
  const { code } = volume.header.geometry
  if (flags.verify !== true) {
    return corrupted => stripeStatus(code, healthByHeaders(volume, corrupted))
  }
  const found = await healthByBlocks(volume, coder, stripesShown(terminal, volume, 'verified'))
  return () => stripeStatus(code, found)
}

async function agreed(
  writer: StripeIndexWriter,
  truth: Truth,
  flags: IndexFlags,
  terminal: Terminal,
): Promise<Compared> {
  const found = await writer.read(truth.volume)
  if (found.kind !== 'answered') throw refusedBy(found)
  const { volume } = truth
  const plan = indexPlan(volume, truth.groups, found.value)
  const statuses = statusesOf(plan, truth, found.value)
  const [isCheck, isVerified] = [flags.check === true, flags.verify === true]
  const compared: Compared = { kind: 'compared', volume, isCheck, isVerified, plan, statuses }
  for (const name of plan.foreign) {
    terminal.note(`${name} carries the label of ${volume} and names another volume: left alone`)
  }
  if (!isCheck && differences(compared) > 0) {
    const before = new Map(found.value.map(one => [one.name, one.status]))
    const wrong = await writer.carryOut(plan, statuses, before)
    if (wrong !== null) throw refusedBy(wrong)
  }
  return compared
}

/** Of what is new and of what stays; what says it already is left out. */
function statusesOf(
  { create, keep }: IndexPlan,
  { statusAfter }: Truth,
  found: readonly IndexedStripes[],
): readonly Telling[] {
  const corrupted = found.reduce((set, { status }) => set | corruptedIn(status), 0)
  const status = statusAfter(corrupted)
  const before = new Map(found.map(one => [one.name, one.status]))
  const names = [...create.map(stripeObjectName), ...keep.map(one => one.name)]
  return names.filter(name => !saysStatus(before.get(name), status)).map(name => ({ name, status }))
}

function refusedBy(answer: Exclude<Answer<never>, { readonly kind: 'answered' }>) {
  return kubernetesMissing(answer.kind === 'refused' ? answer.message : answer.why)
}
