/**
 * Live worlds over a real API server: everything of an operator but its loop. Mayastor and
 * Prometheus are the twin on the wire; where volumes are objects, it stands behind them.
 */

import type { VolumeSource } from '../../src/cli/cluster/mayastor.js'
import { type Published, publish } from '../../src/cli/twin/publish.js'
import type { HistoryEntry } from '../../src/core/event.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import type { Listener } from '../../src/live/events.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { restMayastor } from '../../src/live/mayastor/mayastor.js'
import { MayastorVolumes } from '../../src/live/mayastor-volumes/client.js'
import { LiveWorld } from '../../src/live/world.js'
import type { Clock } from '../../src/ports.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { installMayastorVolumes, volumesPath } from '../controlplane/mayastor-volumes.js'
import { Bridge } from '../e2e/mayastor-volumes-bridge.js'
import { JournalServer, namespace } from '../live/journal-server.js'
import { clientOf, TestTiming } from '../live/servers.js'
import { type ServedTwin, servedTwin } from '../sim/wire/served.js'
import type { OpenedWorld } from './opened-world.js'

export class LiveServer {
  private readonly opened: LiveWorld[] = []

  private constructor(private readonly journals: JournalServer) {}

  static async start(assets: string): Promise<LiveServer> {
    const journals = await JournalServer.start(assets)
    await installDiskPools(journals.plane)
    await installMayastorVolumes(journals.plane)
    return new LiveServer(journals)
  }

  /** One that has listed what is there; the controller behind objects waits to be told. */
  async open(from: VolumeSource): Promise<OpenedWorld> {
    const { api, plane } = this.journals
    const served = await servedTwin()
    const state = await served.get<Published>('/twin/v1/state')
    const why = await publish(api, state)
    if (why !== null) throw new Error(why)
    const bridge = new Bridge({ plane, ask: served.ask })
    await bridge.begin()
    const told: HistoryEntry[] = []
    const world = await this.worldOn(served, from, event => told.push(event))
    const published = state.volumes.find(one => one.id === 'vol-0')
    return {
      ports: world.ports,
      volume: volumeId(published?.uuid ?? ''),
      node: nodeId('node-3'),
      drive: promise => promise,
      controller: from === 'rest' ? null : () => bridge.turn(),
      told: () => told,
    }
  }

  /** Ends the worlds, and leaves nothing of them. */
  async clear(): Promise<void> {
    await Promise.all(this.opened.splice(0).map(one => one.stop()))
    await this.journals.clear()
    await this.journals.plane.call('DELETE', volumesPath)
  }

  stop(): Promise<void> {
    return this.journals.stop()
  }

  private async worldOn(
    served: ServedTwin,
    from: VolumeSource,
    tell: Listener,
  ): Promise<LiveWorld> {
    const { api } = this.journals
    const timing = new TestTiming()
    const clock = await clockOf(served, timing)
    const mayastor =
      from === 'rest'
        ? restMayastor(clientOf(`${served.origin}/v0`, timing))
        : new MayastorVolumes(api, 'mayastor')
    const world = new LiveWorld({
      servers: { api, mayastor, prometheus: clientOf(served.origin, timing) },
      time: { timing, real: systemTiming, clock, isByHand: true },
      leading: { holdsForUs: () => longUs, heldForUs: () => longUs },
      commandDeadlineUs: 1,
      operator: 'contract',
      namespace,
      stripes: null,
      listeners: [tell],
      onRoundBegun: () => {},
      onRoundFailed: () => {},
      onRound: () => {},
    })
    this.opened.push(world)
    await world.start()
    return world
  }
}

/** Whoever sleeps moves the twin's time. */
async function clockOf(served: ServedTwin, timing: TestTiming): Promise<Clock> {
  const learn = async (): Promise<void> => {
    const { nowUs } = await served.get<{ readonly nowUs: number }>('/twin/v1/clock')
    timing.atUs = nowUs
  }
  await learn()
  return {
    now: () => timing.atUs,
    async sleepUntil(untilUs) {
      if (untilUs > timing.atUs) await served.advance(untilUs - timing.atUs)
      await learn()
      return 'time'
    },
  }
}

const longUs = 3_600_000_000
