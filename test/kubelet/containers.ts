/**
 * The containers of pods as processes of this machine: each pod's own words and environment,
 * started when it has a node, asked whether it is ready, ended when it is deleted, started again
 * when it ends by itself, which its status does not show. What becomes of them is told to the
 * stand-in of the kubelets by annotations.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { followed, type Started } from '../e2e/cluster.js'
import { start } from '../e2e/program.js'

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly deletionTimestamp?: string
    readonly ownerReferences?: readonly { readonly kind: string }[]
  }
  readonly spec: {
    readonly nodeName?: string
    readonly serviceAccountName: string
    readonly containers: readonly Container[]
  }
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

interface Container {
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } }
}

export interface Ran {
  readonly pod: Pod
  readonly process: Started
}

export interface Given {
  readonly plane: ControlPlane
  readonly namespace: string
  readonly cwd: string
  /** What a process needs that is no pod. They come after its own words, and win. */
  readonly wordsFor: (pod: Pod) => Promise<readonly string[]>
}

const patch = { 'content-type': 'application/merge-patch+json' }
const betweenMs = 100

export class Containers {
  /** In the order of their starts. */
  readonly ran: Ran[] = []
  /** By the pods' names, the last one of each. */
  private readonly begun = new Map<string, Started>()
  private readonly told = new Set<string>()
  private isOver = false
  private readonly keeping: Promise<void>
  /** Pods that come now and later do not get ready. */
  areHeld = false

  constructor(private readonly given: Given) {
    this.keeping = this.keep()
  }

  async pods(): Promise<readonly Pod[]> {
    const { plane, namespace } = this.given
    const { body } = await plane.call('GET', `/api/v1/namespaces/${namespace}/pods`)
    return Object(body).items ?? []
  }

  /** With nobody to tell. */
  async stop(): Promise<void> {
    this.isOver = true
    await this.keeping
    for (const { process } of this.ran) process.child.kill('SIGKILL')
    await Promise.all(this.ran.map(({ process }) => process.ended))
  }

  private async keep(): Promise<void> {
    while (!this.isOver) {
      for (const pod of await this.pods()) await this.look(pod)
      await sleep(betweenMs)
    }
  }

  private async look(pod: Pod): Promise<void> {
    const { name, deletionTimestamp } = pod.metadata
    if (pod.spec.nodeName === undefined) return
    const process = this.begun.get(name)
    const isDeleted = deletionTimestamp !== undefined
    if (process === undefined) {
      if (isDeleted) await this.tell(name, 'exit', '0')
      else await this.begin(pod)
      return
    }
    const { exitCode, signalCode } = process.child
    if (exitCode !== null || signalCode !== null) {
      if (isDeleted || isOfJob(pod)) await this.tell(name, 'exit', String(exitCode ?? 137))
      else await this.begin(pod)
    } else if (isDeleted) {
      if (this.isNew(`${name} was ended`)) process.child.kill('SIGTERM')
    } else if (!this.areHeld && (await isReady(pod, process)))
      await this.tell(name, 'ready', 'true')
  }

  private async begin(pod: Pod): Promise<void> {
    const { cwd, wordsFor } = this.given
    const [container] = pod.spec.containers
    if (container === undefined) return
    const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]))
    const words = [...container.args, ...(await wordsFor(pod))]
    const process = followed(start(words, { cwd, env }))
    this.begun.set(pod.metadata.name, process)
    this.ran.push({ pod, process })
  }

  private async tell(pod: string, what: 'ready' | 'exit', value: string): Promise<void> {
    if (!this.isNew(`${pod} ${what}`)) return
    const { plane, namespace } = this.given
    const annotations = { [`couchestor.test/${what}`]: value }
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}`
    await plane.call('PATCH', path, { metadata: { annotations } }, patch)
  }

  private isNew(what: string): boolean {
    const { size } = this.told
    return this.told.add(what).size > size
  }
}

function isOfJob({ metadata }: Pod): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'Job')
}

/** By the pod's own probe, at the address that its process listens on. */
async function isReady({ spec }: Pod, process: Started): Promise<boolean> {
  const probe = spec.containers[0]?.readinessProbe
  if (probe === undefined) return true
  const line = process.lines().find(one => one.includes('"listening"'))
  if (line === undefined) return false
  const { health } = JSON.parse(line)
  const answer = await fetch(`${health}${probe.httpGet.path}`).catch(() => null)
  return answer?.status === 200
}
