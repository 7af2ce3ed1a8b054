/** The events port of one party: into the history at once, in no virtual time. */
import type { Events } from '../src/ports.js'
import type { History } from './history.js'

const told = Promise.resolve()

export function eventsOf(history: History): Events {
  return {
    emit(events) {
      for (const event of events) history.add(event)
      return told
    },
  }
}
