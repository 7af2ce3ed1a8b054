/**
 * Mayastor as the inventory and the mover need it, whichever way it is reached: through its REST
 * API or through MayastorVolume objects. A flag alone chooses; neither stands in for the other.
 */
import type { Sender } from '../guarded-mover.js'
import type { HttpClient } from '../http/client.js'
import { moverOf } from '../mover.js'
import { MayastorClient } from './client.js'

/** `absent` says what it means that there are no lists; `hint`, what to check then. */
export type MayastorLists = Pick<MayastorClient, 'cluster' | 'volume' | 'absent' | 'hint' | 'url'>

export interface Mayastor extends MayastorLists, Sender {
  /** Objects of the list that was read last that are not what they should be, in sentences. */
  faults(): readonly string[]
  close(): void
}

export function restMayastor(http: HttpClient): Mayastor {
  const client = new MayastorClient(http)
  const mover = moverOf(client)
  return {
    url: client.url,
    absent: client.absent,
    hint: client.hint,
    cluster: () => client.cluster(),
    volume: (id, labelsOf) => client.volume(id, labelsOf),
    send: (command, whyNot) => mover.send(command, whyNot),
    faults: () => [],
    close: () => http.close(),
  }
}
