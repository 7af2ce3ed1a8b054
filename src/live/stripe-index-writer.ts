/**
 * Makes the ECStripe objects of one volume agree with a plan. What takes another's place is created
 * before that one is deleted, and all of it may be done again: whoever is interrupted runs it once
 * more.
 */

import { isObject } from '../core/field.js'
import { formatInstant } from '../core/instant.js'
import type { IndexPlan } from '../core/stripe-index.js'
import {
  readStripeObject,
  type StripeGroup,
  stripeObject,
  stripeObjectName,
  volumeLabel,
} from '../core/stripe-object.js'
import type { StripeStatus } from '../core/stripe-status.js'
import type { Answer, BulkDelete, KubernetesApi, ListRequest } from '../kubernetes/api.js'
import type { Timing } from '../kubernetes/timing.js'
import { stripesResource } from './stripe-watch.js'

export interface IndexedStripes {
  readonly name: string
  readonly group: StripeGroup | null
  /** As it stands there. */
  readonly status: unknown
}

type Done = Answer<unknown>
type NotDone = Exclude<Answer<never>, { readonly kind: 'answered' }>

const pageLimit = 500
const writersAtOnce = 16
const mostTries = 8
const pauseUs = 500_000

export class StripeIndexWriter {
  constructor(
    private readonly api: KubernetesApi & BulkDelete,
    private readonly timing: Timing,
  ) {}

  /** Those that carry the volume's label. */
  async read(volume: string): Promise<Answer<readonly IndexedStripes[]>> {
    const all: IndexedStripes[] = []
    let next: string | null = null
    do {
      const request: ListRequest = { ...selecting(volume), ...(next === null ? {} : { next }) }
      const page = await this.api.list(stripesResource, request)
      if (page.kind !== 'answered') return page
      for (const object of page.value.items) {
        const { status, metadata } = object
        all.push({ name: metadata.name, group: readStripeObject(object), status })
      }
      next = page.value.next
    } while (next !== null)
    return { kind: 'answered', value: all }
  }

  /** Null: all is done; else what was refused first, and what comes after it is not begun. */
  async carryOut(
    { create, remove }: IndexPlan,
    statuses: readonly { readonly name: string; readonly status: StripeStatus }[],
    before: ReadonlyMap<string, unknown>,
  ): Promise<NotDone | null> {
    const created = await this.all(create, group => this.create(group))
    if (created !== null) return created
    const told = await this.all(statuses, ({ name, status }) =>
      this.tell(name, status, before.get(name)),
    )
    return told ?? (await this.all(remove, ({ name }) => this.remove(name)))
  }

  /** By label, page after page; null: none is left. */
  async removeAll(volume: string): Promise<NotDone | null> {
    for (;;) {
      const left = await this.api.list(stripesResource, { ...selecting(volume), limit: 1 })
      if (left.kind !== 'answered') return left
      if (left.value.items.length === 0) return null
      const answer = await this.patiently(() =>
        this.api.deleteSome(stripesResource, selecting(volume)),
      )
      // A server that runs out of time has deleted some: it is asked to go on.
      if (answer.kind === 'refused' && answer.status !== 504) return answer
      if (answer.kind === 'failed') return answer
    }
  }

  /** One that is there already was made by an attempt that was not answered, or by another run. */
  private async create(group: StripeGroup): Promise<Done> {
    const answer = await this.patiently(() => this.api.create(stripesResource, stripeObject(group)))
    if (answer.kind !== 'refused' || answer.status !== 409) return answer
    return this.api.get(stripesResource, stripeObjectName(group))
  }

  private async remove(name: string): Promise<Done> {
    const answer = await this.patiently(() => this.api.delete(stripesResource, name))
    const isGone = answer.kind === 'refused' && answer.status === 404
    return isGone ? { kind: 'answered', value: null } : answer
  }

  private tell(name: string, status: StripeStatus, before: unknown): Promise<Done> {
    const verified = isObject(before) ? before.lastVerificationTime : undefined
    const object = {
      apiVersion: `${stripesResource.group}/${stripesResource.version}`,
      kind: 'ECStripe',
      metadata: { name },
      status: {
        ...(typeof verified === 'string' ? { lastVerificationTime: verified } : {}),
        ...status,
        lastModifiedTime: formatInstant(this.timing.nowUs()),
      },
    }
    const request = {
      fieldManager: 'couchestor-index',
      force: true,
      subresource: 'status',
    } as const
    return this.patiently(() => this.api.apply(stripesResource, object, request))
  }

  private async all<Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<Done>,
  ): Promise<NotDone | null> {
    const left = items.values()
    let wrong: NotDone | null = null
    const one = async (): Promise<void> => {
      for (const item of left) {
        if (wrong !== null) return
        const answer = await work(item)
        if (answer.kind !== 'answered') wrong = answer
      }
    }
    await Promise.all(Array.from({ length: writersAtOnce }, one))
    return wrong
  }

  /** A server that is busy is asked again, no sooner than it says. */
  private async patiently(ask: () => Promise<Done>): Promise<Done> {
    for (let tries = 1; ; tries++) {
      const answer = await ask()
      if (!isBusy(answer) || tries >= mostTries) return answer
      const askedUs = answer.kind === 'refused' ? (answer.retryAfterUs ?? 0) : 0
      await this.timing.sleep(Math.max(askedUs, Math.ceil(pauseUs * tries * this.timing.chance())))
    }
  }
}

function isBusy(answer: Done): boolean {
  if (answer.kind === 'failed') return true
  return answer.kind === 'refused' && (answer.status === 429 || answer.status === 503)
}

function selecting(volume: string): ListRequest {
  return { labelSelector: `${volumeLabel}=${volume}`, limit: pageLimit }
}
