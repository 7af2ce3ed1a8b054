/**
 * The Kubernetes API over an API server: which method, path and body each question is, and what its
 * answer means.
 */
import { answerOf, objectOf, pageOf, refusalOf } from './answer.js'
import type {
  Answer,
  ApplyRequest,
  BulkDelete,
  KubernetesApi,
  KubernetesObject,
  ListRequest,
  Page,
  Resource,
  WatchEvent,
  WatchRequest,
  WhyNot,
} from './api.js'
import type { Connection } from './connect.js'
import type { Failed, Head } from './exchange.js'
import { pathOf, queryOf } from './path.js'
import { ApiServer, type ApiSettings, type Call, usualApi } from './server.js'
import type { Timing } from './timing.js'
import { eventOf, Lines } from './watch-lines.js'

export type { ApiSettings } from './server.js'

export function openApi(
  connection: Connection,
  timing: Timing,
  settings: Partial<ApiSettings> = {},
): KubernetesApi & BulkDelete {
  const all = { ...usualApi, ...settings }
  return new Transport(new ApiServer(connection, timing, all), all)
}

class Transport implements KubernetesApi, BulkDelete {
  readonly url: string

  constructor(
    private readonly server: ApiServer,
    private readonly settings: Pick<ApiSettings, 'mostBytes' | 'watchIdleUs'>,
  ) {
    this.url = server.url
  }

  async get(resource: Resource, name: string): Promise<Answer<KubernetesObject>> {
    return answerOf(await this.server.read(pathOf(resource, name), {}), objectOf)
  }

  async list(resource: Resource, request: ListRequest): Promise<Answer<Page>> {
    const { limit, next, labelSelector, fieldSelector } = request
    const query = queryOf({ limit: String(limit), continue: next, labelSelector, fieldSelector })
    const path = `${pathOf(resource, null)}${query}`
    return answerOf(await this.server.read(path, { 'accept-encoding': 'gzip' }), pageOf)
  }

  async watch(
    resource: Resource,
    request: WatchRequest,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer<null>> {
    const path = `${pathOf(resource, null)}${watchQuery(request)}`
    const taken = await this.server.stream<Answer<null>>(path, signal, head =>
      this.follow(head, onEvent, signal),
    )
    return taken.kind === 'received' ? refusalOf(taken) : taken
  }

  async create(resource: Resource, object: KubernetesObject): Promise<Answer<KubernetesObject>> {
    return this.write('POST', pathOf(resource, null), jsonType, object)
  }

  async replace(
    resource: Resource,
    object: KubernetesObject,
    subresource: 'status' | null,
  ): Promise<Answer<KubernetesObject>> {
    const { name, resourceVersion } = object.metadata
    if (resourceVersion === undefined) throw new Error(`${name}: a replace is of a version`)
    return this.write('PUT', pathOf(resource, name, subresource), jsonType, object)
  }

  async apply(
    resource: Resource,
    object: KubernetesObject,
    { fieldManager, force, subresource }: ApplyRequest,
  ): Promise<Answer<KubernetesObject>> {
    const query = queryOf({ fieldManager, force: String(force) })
    const path = `${pathOf(resource, object.metadata.name, subresource)}${query}`
    return this.write('PATCH', path, 'application/apply-patch+yaml', object)
  }

  async merge(
    resource: Resource,
    name: string,
    patch: object,
    whyNot?: WhyNot,
  ): Promise<Answer<KubernetesObject>> {
    const type = 'application/merge-patch+json'
    return this.write('PATCH', pathOf(resource, name), type, patch, whyNot)
  }

  async delete(resource: Resource, name: string): Promise<Answer<null>> {
    return this.remove(pathOf(resource, name))
  }

  async deleteSome(
    resource: Resource,
    { limit, labelSelector, fieldSelector }: ListRequest,
  ): Promise<Answer<null>> {
    const query = queryOf({ limit: String(limit), labelSelector, fieldSelector })
    return this.remove(`${pathOf(resource, null)}${query}`)
  }

  close(): void {
    this.server.close()
  }

  private async remove(path: string): Promise<Answer<null>> {
    const outcome = await this.server.once({ method: 'DELETE', path, headers: {}, body: null })
    if (outcome.kind === 'failed') return outcome
    // What it answers is the object or a Status: that it is no refusal says all.
    const isDone = outcome.status >= 200 && outcome.status <= 299
    return isDone ? { kind: 'answered', value: null } : refusalOf(outcome)
  }

  private async write(
    method: Call['method'],
    path: string,
    type: string,
    document: object,
    whyNot?: WhyNot,
  ): Promise<Answer<KubernetesObject>> {
    const headers = { 'content-type': type }
    const body = JSON.stringify(document)
    return answerOf(await this.server.once({ method, path, headers, body, whyNot }), objectOf)
  }

  private async follow(
    head: Head,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer<null>> {
    const { mostBytes, watchIdleUs } = this.settings
    const lines = new Lines()
    try {
      for await (const chunk of head.body({ kind: 'silence', limitUs: watchIdleUs })) {
        for (const line of lines.push(chunk)) {
          const event = eventOf(line)
          if (event === null) return cut('a line of the watch is no event')
          onEvent(event)
          if (signal.aborted) return cut('it was ended from here')
        }
        const tooMuch = lines.tooMuch(mostBytes)
        if (tooMuch !== null) return cut(tooMuch)
      }
      const tooMuch = lines.tooMuch(mostBytes)
      if (tooMuch !== null) return cut(tooMuch)
      if (lines.keptBytes() > 0) return cut('the watch ended within a line')
      return { kind: 'answered', value: null }
    } finally {
      lines.end()
    }
  }
}

const jsonType = 'application/json'

function watchQuery({ version, timeoutUs, labelSelector, fieldSelector }: WatchRequest): string {
  return queryOf({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    // Of 0 a server makes half an hour.
    timeoutSeconds: String(Math.max(1, Math.floor(timeoutUs / 1_000_000))),
    labelSelector,
    fieldSelector,
  })
}

function cut(why: string): Failed {
  return { kind: 'failed', reached: true, why }
}
