/**
 * What we ask of a Kubernetes API server, and what it answers: types only. Nothing here throws;
 * whether a write that was not answered took effect is told.
 */

/**
 * Words why a request may no longer be sent; null: it may. A process that was stopped while a
 * connection was made, or waited for, goes on as if no time had passed.
 */
export type WhyNot = () => string | null

/** One kind of object, in one namespace, in all of them, or in none. */
export interface Resource {
  /** Empty: the core group. */
  readonly group: string
  readonly version: string
  readonly plural: string
  /** Null: the whole cluster. */
  readonly namespace: string | null
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
}

/** An object as the server sends it; what is in it is checked by who reads it. */
export interface KubernetesObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

export type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  /** The server said no, and did nothing. `reason` is the Status object's, as `AlreadyExists`. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly reason: string
      readonly message: string
      readonly retryAfterUs: number | null
    }
  /** No answer; `reached`: the server may have done it all the same. */
  | {
      readonly kind: 'failed'
      readonly reached: boolean
      readonly why: string
      /** It comes out the same when it is asked again at once. */
      readonly isLasting?: true
      /** Whoever asked may no longer do so: the server has no part in it. */
      readonly isHeld?: true
    }

export interface Selection {
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface ListRequest extends Selection {
  readonly limit: number
  /** The token of the page before. */
  readonly next?: string
}

export interface Page {
  readonly items: readonly KubernetesObject[]
  /** Of the whole list: where a watch goes on. Opaque; compared for equality only. */
  readonly version: string
  /** Null on the last page. */
  readonly next: string | null
}

export interface WatchRequest extends Selection {
  readonly version: string
  /** After so long the server ends it. */
  readonly timeoutUs: number
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  | { readonly type: 'BOOKMARK'; readonly version: string }
  /** Within a watch that was answered with 200; 410 asks for a new list. */
  | { readonly type: 'ERROR'; readonly status: number; readonly message: string }

export interface ApplyRequest {
  readonly fieldManager: string
  readonly force: boolean
  readonly subresource: 'status' | null
}

export interface KubernetesApi {
  /** Where the server is, for messages. */
  readonly url: string
  get(resource: Resource, name: string): Promise<Answer<KubernetesObject>>
  list(resource: Resource, request: ListRequest): Promise<Answer<Page>>
  /**
   * Calls `onEvent` for each event, in order. Settles when the watch is over: answered when it
   * ended as asked, else why it could not begin or was cut off. An aborted signal ends it as
   * failed.
   */
  watch(
    resource: Resource,
    request: WatchRequest,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer<null>>
  create(resource: Resource, object: KubernetesObject): Promise<Answer<KubernetesObject>>
  /** Against the resourceVersion in the object, which must be there. */
  replace(
    resource: Resource,
    object: KubernetesObject,
    subresource: 'status' | null,
  ): Promise<Answer<KubernetesObject>>
  /** Server-side apply. */
  apply(
    resource: Resource,
    object: KubernetesObject,
    request: ApplyRequest,
  ): Promise<Answer<KubernetesObject>>
  /** JSON merge patch; `whyNot` is asked again when it is about to leave. */
  merge(
    resource: Resource,
    name: string,
    patch: object,
    whyNot?: WhyNot,
  ): Promise<Answer<KubernetesObject>>
  delete(resource: Resource, name: string): Promise<Answer<null>>
  close(): void
}

/** Many at once: for who keeps objects by the thousand. */
export interface BulkDelete {
  /** The first of those selected, `limit` at most: to be asked again until a list finds none. */
  deleteSome(resource: Resource, request: ListRequest): Promise<Answer<null>>
}
