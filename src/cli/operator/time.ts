/** The operator's time: the machine's, or that of a twin whose clock is moved by hand. */

import { LiveClock } from '../../live/clock.js'
import { HttpClient, usualClient } from '../../live/http/client.js'
import { systemTiming } from '../../live/http/timing.js'
import { TwinClock } from '../../live/twin-clock.js'
import type { LiveTime } from '../../live/world.js'

export interface OperatorTime extends LiveTime {
  /** The next round is due. */
  wake(): void
  /** From now on time may depend on this operator. */
  begin(): Promise<void>
  end(): Promise<void>
}

/** A sleep is answered when its time is there, however long that takes. */
const patience = { ...usualClient, deadlineUs: 86_400_000_000 }

export function timeOf(twin: string | undefined): OperatorTime {
  if (twin === undefined) {
    const clock = new LiveClock(systemTiming)
    return {
      ...{ timing: systemTiming, real: systemTiming, clock, isByHand: false },
      wake: () => clock.wake(),
      begin: async () => {},
      end: async () => {},
    }
  }
  const url = `${twin}/twin/v1`
  const server = { url, authority: null, clientCertificate: null, token: null }
  const http = new HttpClient(server, systemTiming, patience)
  const clock = new TwinClock(http, 'operator')
  const now = (): number => clock.now()
  return {
    timing: { ...systemTiming, nowUs: now, monotonicUs: now },
    ...{ real: systemTiming, clock, isByHand: true },
    // Nobody is woken before his time: what he finds then depends on nothing else.
    wake: () => {},
    begin: () => clock.join(),
    async end() {
      await clock.leave()
      http.close()
    },
  }
}
