/** The operator's time: the machine's, or that of a twin whose clock is moved by hand. */

import { LiveClock } from '../../live/clock.js'
import { HttpClient, usualClient } from '../../live/http/client.js'
import { systemTiming } from '../../live/http/timing.js'
import { TwinClock } from '../../live/twin-clock.js'
import type { LiveTime } from '../../live/world.js'
import { EndingClock } from './ending-clock.js'

export interface OperatorTime extends LiveTime {
  /** The next round is due. */
  wake(): void
  /** From now on time may depend on this operator. */
  begin(): Promise<void>
  end(): Promise<void>
}

/** A sleep is answered when its time is there, however long that takes. */
const patience = { ...usualClient, deadlineUs: 86_400_000_000 }

export function timeOf(twin: string | undefined, party = 'operator'): OperatorTime {
  if (twin === undefined) {
    const machine = new LiveClock(systemTiming)
    const clock = new EndingClock(machine)
    return {
      ...{ timing: systemTiming, real: systemTiming, clock, isByHand: false },
      wake: () => machine.wake(),
      begin: async () => {},
      async end() {
        clock.end()
        machine.wake()
      },
    }
  }
  const url = `${twin}/twin/v1`
  const server = { url, authority: null, clientCertificate: null, token: null }
  const http = new HttpClient(server, systemTiming, patience)
  const moved = new TwinClock(http, party)
  const clock = new EndingClock(moved)
  const now = (): number => moved.now()
  return {
    timing: { ...systemTiming, nowUs: now, monotonicUs: now },
    ...{ real: systemTiming, clock, isByHand: true },
    // Nobody is woken before his time: what he finds then depends on nothing else.
    wake: () => {},
    begin: () => moved.join(),
    async end() {
      clock.end()
      await moved.leave()
      http.close()
    },
  }
}
