/** Runs `pause` and `resume`: what is so now, and what was before. */
import { formatInstant } from '../../core/instant.js'
import { type Changed, type Pause, pauseOperator, resumeOperator } from '../../live/change-pause.js'
import { systemTiming } from '../../live/http/timing.js'
import { OperatorMap } from '../../live/operator-map.js'
import type { KubernetesFlags } from '../cluster/flags.js'
import { kubernetesApi, namespaceMissing } from '../cluster/kubernetes.js'
import type { Ended } from '../command.js'
import type { Terminal } from '../terminal.js'
import { usage } from '../usage.js'

export interface ResumeOptions extends KubernetesFlags {
  readonly namespace: string
}

export interface PauseOptions extends ResumeOptions {
  readonly why: string
}

type Done = Exclude<Changed, { readonly kind: 'failed' }>

export async function pauseCommand(options: PauseOptions, terminal: Terminal): Promise<Ended> {
  const why = options.why.trim()
  if (why === '') throw usage('--why says nothing', 'say it in words: others will read them')
  const done = await changed(options, map => pauseOperator(map, why, systemTiming))
  for (const line of pausedLines(done)) terminal.answer(line)
  return 0
}

export async function resumeCommand(options: ResumeOptions, terminal: Terminal): Promise<Ended> {
  const done = await changed(options, map => resumeOperator(map, systemTiming))
  terminal.answer(
    done.kind === 'as-it-was'
      ? 'It was not paused: nothing was changed'
      : `Resumed. It was ${inWords(done.before)}`,
  )
  return 0
}

async function changed(
  options: ResumeOptions,
  change: (map: OperatorMap) => Promise<Changed>,
): Promise<Done> {
  const api = await kubernetesApi(options, systemTiming)
  try {
    const done = await change(new OperatorMap(api, options.namespace))
    if (done.kind === 'failed') throw namespaceMissing(done.why)
    return done
  } finally {
    api.close()
  }
}

function pausedLines(done: Done): readonly string[] {
  const effect = 'within one round no command is sent but those that undo cordons'
  const end = 'couchestor resume ends it'
  if (done.kind === 'as-it-was') return [`It was ${inWords(done.now)}: nothing was changed`, end]
  return [`Paused: ${effect}`, `It was ${inWords(done.before)}`, end]
}

function inWords(pause: Pause): string {
  if (pause === null) return 'not paused'
  return `paused since ${formatInstant(pause.sinceUs)}: ${pause.why}`
}
