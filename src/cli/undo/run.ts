/** Runs `undo`: what is done now, who carries it out, and, where it is waited for, how it ended. */
import { formatDuration } from '../../core/duration.js'
import { Refused } from '../../core/errors.js'
import { group } from '../../core/manifest.js'
import { volumeMigration } from '../../core/resources/volume-migration.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import { listAll } from '../../kubernetes/list-all.js'
import { systemTiming } from '../../live/http/timing.js'
import { keptMigration, volumeMigrations } from '../../live/migration-object.js'
import { OperatorMap } from '../../live/operator-map.js'
import type { KubernetesFlags } from '../cluster/flags.js'
import { kubernetesApi, kubernetesMissing } from '../cluster/kubernetes.js'
import { leaseFigures, readLease } from '../cluster/operator-lease.js'
import type { Ended } from '../command.js'
import { spanOf } from '../operator/settings.js'
import type { Terminal } from '../terminal.js'
import { cancel, whyNot } from './cancel.js'
import { type Followed, Following } from './follow.js'
import { type MoveBack, planUndo, type UndoPlan } from './plan-undo.js'

export interface UndoOptions extends KubernetesFlags {
  readonly namespace: string
  readonly wait?: string
}

export async function undoCommand(
  name: string,
  options: UndoOptions,
  terminal: Terminal,
): Promise<Ended> {
  const waitUs = options.wait === undefined ? null : spanOf(options.wait, '--wait')
  const api = await kubernetesApi(options, systemTiming)
  try {
    const plan = await planned(api, name)
    return await new Undoing(api, options.namespace, waitUs, terminal).carryOut(name, plan)
  } finally {
    api.close()
  }
}

async function planned(api: KubernetesApi, name: string): Promise<UndoPlan> {
  const answer = await listAll(api, volumeMigrations)
  if (answer.kind !== 'answered') throw kubernetesMissing(`volumemigrations: ${whyNot(answer)}`)
  return planUndo(answer.value.map(keptMigration), name)
}

class Undoing {
  constructor(
    private readonly api: KubernetesApi,
    private readonly namespace: string,
    private readonly waitUs: number | null,
    private readonly terminal: Terminal,
  ) {}

  async carryOut(name: string, plan: UndoPlan): Promise<Ended> {
    const { terminal, api } = this
    switch (plan.kind) {
      case 'unknown':
        throw unknown(name, plan.nearest)
      case 'unreadable':
        throw unreadable(name, plan)
      case 'cancel':
        return this.followed(name, 'cancelled', async () => {
          const why = await cancel(api, plan.kept)
          if (why !== null) throw kubernetesMissing(why)
          if (plan.record.status === null) {
            terminal.answer(`${name} is cancelled: nobody had taken it up`)
          } else terminal.answer(`${name} is cancelled: whoever leads undoes what it did`)
        })
      case 'cancelled-already':
        return this.followed(name, 'cancelled', async () => {
          const said = plan.record.status?.message ?? ''
          terminal.answer(`${name} is cancelled already${said === '' ? '' : `: ${said}`}`)
        })
      case 'move-back':
        return this.followed(plan.back.name, 'moved back', async () => {
          await this.createBack(name, plan.back)
          terminal.answer(`${name} is completed: ${plan.back.name} moves its volume back`)
        })
      case 'nothing-to-undo':
      case 'stays':
        terminal.answer(`${name} is over: ${plan.why}`)
        return plan.kind === 'stays' ? 1 : 0
    }
  }

  private async followed(
    name: string,
    done: 'cancelled' | 'moved back',
    begin: () => Promise<void>,
  ): Promise<Ended> {
    if (this.waitUs === null) {
      await begin()
      await this.tellWho()
      return 0
    }
    const following = new Following(this.api, name, systemTiming)
    if (done === 'moved back') await begin()
    await following.start()
    if (done === 'cancelled') await begin()
    await this.tellWho()
    const ended = await following.within(this.waitUs)
    await following.stop()
    return this.tellEnd(name, done, ended)
  }

  private tellEnd(name: string, done: 'cancelled' | 'moved back', ended: Followed): Ended {
    const { terminal, waitUs } = this
    if (ended.kind === 'gone') {
      terminal.answer(`${name} is gone`)
      return done === 'cancelled' ? 0 : 1
    }
    if (ended.kind === 'late') {
      const waited = formatDuration(waitUs ?? 0)
      terminal.answer(`${name} is not at its end after ${waited}: ${ended.message}`)
      return 1
    }
    const { outcome, why, message } = ended.status
    const reason = why === null ? '' : ` (${why})`
    terminal.answer(`${name} ended as ${outcome}${reason}${message === '' ? '' : `: ${message}`}`)
    const isUndone = outcome !== 'failed' && outcome !== 'preserved' && outcome !== 'completed'
    return (done === 'cancelled' ? isUndone : outcome === 'completed') ? 0 : 1
  }

  private async createBack(undone: string, { name, volume, toTier }: MoveBack): Promise<void> {
    const { kind, version } = volumeMigration
    const answer = await this.api.create(volumeMigrations, {
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name },
      spec: { volume, toTier, reason: `undo of ${undone}` },
    })
    if (answer.kind !== 'answered') throw kubernetesMissing(`${name}: ${whyNot(answer)}`)
  }

  /** Nothing happens where nobody leads, or where it is paused. */
  private async tellWho(): Promise<void> {
    const { api, namespace, terminal } = this
    const [lease, record] = await Promise.all([
      readLease(api, namespace),
      new OperatorMap(api, namespace).look(),
    ])
    const isFree =
      lease.kind === 'answered'
        ? leaseFigures(lease.value).holder === null
        : lease.kind === 'refused' && lease.status === 404
    if (isFree) {
      terminal.note(`No operator leads in ${namespace}: start it, or run couchestor release`)
    }
    if (record.kind === 'read' && record.stored.pause !== null) {
      terminal.note(`It is paused: ${record.stored.pause.why}: until couchestor resume it waits`)
    }
  }
}

function unknown(name: string, near: string | null): Refused {
  const hint = near === null ? 'kubectl get volumemigrations lists them' : `did you mean ${near}?`
  const message = `there is no VolumeMigration ${name}`
  return new Refused([{ code: 'MIGRATION_UNKNOWN', message, where: {}, hint }])
}

/** Nobody acts on one that cannot be read: what it did would stay, and nobody would know. */
function unreadable(
  name: string,
  { problems }: Extract<UndoPlan, { readonly kind: 'unreadable' }>,
): Refused {
  return new Refused(
    problems.map(({ path, ...problem }) => ({ ...problem, where: { field: `${name} ${path}` } })),
  )
}
