/** Runs `ec index`: what the containers say, what the cluster says, and what makes them agree. */
import type { ShardSet } from '../../../core/code.js'
import { type IndexPlan, indexPlan, type Stale } from '../../../core/stripe-index.js'
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
import { type EngineFlag, withVolume } from '../coded-directory.js'
import { stripesShown } from '../verify.js'
import { namesOf, volumeOf } from './names.js'

export interface IndexFlags extends EngineFlag, KubernetesFlags {
  readonly volume?: string
  readonly policy?: string
  readonly place: readonly string[]
  readonly verify?: boolean
  readonly check?: boolean
  readonly delete?: boolean
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
  const removing = flags.delete === true ? await volumeToRemove(directory, flags) : null
  const truth = removing === null ? await truthOf(directory, flags, terminal) : null
  const api = await kubernetesApi(flags, systemTiming)
  try {
    const writer = new StripeIndexWriter(api, systemTiming)
    if (truth !== null) return await agree(writer, truth, flags.check === true, terminal)
    const volume = removing ?? ''
    const wrong = await writer.removeAll(volume)
    if (wrong !== null) throw refusedBy(wrong)
    terminal.answer(`${volume}: no ECStripe is left`)
    return 0
  } finally {
    api.close()
  }
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

async function agree(
  writer: StripeIndexWriter,
  truth: Truth,
  isCheck: boolean,
  terminal: Terminal,
): Promise<Ended> {
  const found = await writer.read(truth.volume)
  if (found.kind !== 'answered') throw refusedBy(found)
  const plan = indexPlan(truth.volume, truth.groups, found.value)
  const before = new Map(found.value.map(one => [one.name, one.status]))
  const statuses = statusesOf(plan, truth, found.value)
  for (const line of linesOf(plan, statuses, isCheck)) terminal.answer(line)
  for (const name of plan.foreign) {
    terminal.note(
      `${name} carries the label of ${truth.volume} and names another volume: left alone`,
    )
  }
  const differences = plan.create.length + plan.remove.length + statuses.length
  if (!isCheck && differences > 0) {
    const wrong = await writer.carryOut(plan, statuses, before)
    if (wrong !== null) throw refusedBy(wrong)
  }
  const many = plan.keep.length + plan.create.length
  const objects = many === 1 ? '1 ECStripe' : `${many} ECStripes`
  const isWrong = isCheck && differences > 0
  terminal.answer(
    isWrong
      ? `${truth.volume}: the index differs from the containers: run it without --check`
      : `${truth.volume}: ${objects} as the containers are`,
  )
  return isWrong ? 1 : 0
}

interface Telling {
  readonly name: string
  readonly status: StripeStatus
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

function linesOf(
  { create, remove }: IndexPlan,
  statuses: readonly Telling[],
  isCheck: boolean,
): readonly string[] {
  const [creates, removes, tells] = isCheck
    ? (['missing', 'stale', 'another status'] as const)
    : (['create', 'remove', 'status'] as const)
  const made = new Set(create.map(stripeObjectName))
  return [
    ...create.map(group => {
      const last = group.firstStripe + group.stripes - 1
      return `${creates}: ${stripeObjectName(group)}, stripes ${group.firstStripe} to ${last}`
    }),
    ...statuses
      .filter(({ name }) => !made.has(name) || !isCheck)
      .map(({ name, status }) => {
        const { state, healthyShards } = status
        return `${tells}: ${name} is ${state}, with ${healthyShards} healthy shards`
      }),
    ...remove.map(({ name, why }) => `${removes}: ${name}, ${staleText[why]}`),
  ]
}

const staleText: Readonly<Record<Stale, string>> = {
  'other-layout': 'which tells of another layout',
  twice: 'which tells the same as another one',
  unreadable: 'which cannot be read',
}

function refusedBy(answer: Exclude<Answer<never>, { readonly kind: 'answered' }>) {
  return kubernetesMissing(answer.kind === 'refused' ? answer.message : answer.why)
}
