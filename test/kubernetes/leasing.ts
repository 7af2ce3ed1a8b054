/** A lease, who contends for it, and what comes of that. */
import { Lease, type LeaseSettings } from '../../src/kubernetes/lease.js'
import { FaultyServer, type Passage, smooth, Timeline } from './faulty-server.js'

export const quick = { durationUs: 1_500_000, renewDeadlineUs: 1_000_000, retryUs: 200_000 }
export const path = 'leases/operators/lead'
export const never = (): AbortSignal => new AbortController().signal

export function settingsOf(identity: string): LeaseSettings {
  return { namespace: 'operators', name: 'lead', identity, ...quick }
}

/** One server, and contenders who differ in their clocks. */
export function begin() {
  const timeline = new Timeline()
  const server = new FaultyServer(timeline)
  const lease = (identity: string, passage: () => Passage = () => smooth): Lease =>
    new Lease(
      server.api(passage),
      settingsOf(identity),
      timeline.timing(() => 0.5),
    )
  const specOf = (): unknown => server.objects.get(path)?.spec
  return { timeline, server, lease, specOf }
}

/** What a promise came to, once time goes on. */
export function watched<Value>(promise: Promise<Value>): { value: Value | null } {
  const seen: { value: Value | null } = { value: null }
  void promise.then(value => {
    seen.value = value
  })
  return seen
}
