/** Runs `preview`: what one round over the live cluster decides, for a person or for scripts. */
import { bytes, count, counted, duration } from '../../../reports/figures.js'
import { policiesOf } from '../../../sim/scenario/policies.js'
import { Refused } from '../../core/errors.js'
import type { PolicyObject } from '../../core/resources.js'
import { oneRound, type RoundFlags } from '../cluster/one-round.js'
import type { Ended } from '../command.js'
import { loadPolicies } from '../scenario/policies.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { type Preview, previewOf } from './document.js'

export interface PreviewOptions extends RoundFlags {
  readonly policy?: readonly string[]
  readonly json: boolean
}

/** Of files; one that names a code needs its ErasureCodingPolicy beside it. */
function policiesIn(files: readonly string[]): readonly PolicyObject[] {
  const { policies, problems } = policiesOf(loadPolicies(files))
  if (problems.length === 0) return policies
  const errors = problems.map(({ path, ...error }) => ({ ...error, where: { field: path } }))
  throw new Refused(errors)
}

export async function previewCommand(options: PreviewOptions, terminal: Terminal): Promise<Ended> {
  const policies = options.policy === undefined ? 'watched' : policiesIn(options.policy)
  const { output } = await oneRound(options, policies, text => terminal.note(text))
  const preview = previewOf(output)
  if (options.json) terminal.answer(JSON.stringify(documentOf('preview', preview)))
  else for (const line of linesOf(preview)) terminal.answer(line)
  return preview.volumes.length > 0 ? 1 : 0
}

function linesOf({ volumes, blocked }: Preview): readonly string[] {
  const moving = volumes.map(one => {
    const heat = one.heat === null ? 'heat unknown' : `${count(one.heat)} IOPS`
    const expected = one.expectedDurationS
    const takes = expected === null ? '' : `, about ${duration(expected * 1_000_000)}`
    const way = `${one.from} → ${one.to ?? one.from}`
    const size = bytes(one.bytes)
    return `  ${one.claim ?? one.volume}: ${way}, ${heat}, ${size}${takes} [${one.reason}]`
  })
  const held = Object.entries(blocked).map(([reason, group]) => {
    const many = counted(group.volumes, 'volume', 'volumes')
    return `  ${reason}: ${many}, ${bytes(group.bytes)}: ${group.remedy}`
  })
  return [
    moving.length === 0 ? 'Nothing would move now' : 'Would move now',
    ...moving,
    ...(held.length === 0 ? [] : ['Held back', ...held]),
  ]
}
