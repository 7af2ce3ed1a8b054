/** What people do to the twin: by kubectl, by the couchestor command, or by Mayastor's own API. */

import type { World } from '../../sim/world.js'
import type { Reply } from '../../src/core/command.js'
import { nodeId, type PoolCordon, type PoolId, type VolumeId } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'

export class Person {
  constructor(private readonly world: World) {}

  /** `policies` are all that stand from now on. */
  applyPolicies(policies: readonly PolicyObject[], before: readonly PolicyObject[]): void {
    const { engine, history, view } = this.world
    view.applyPolicies(policies)
    for (const name of new Set([...before, ...policies].map(policy => policy.name))) {
      const policy = policies.find(one => one.name === name)
      const starts = policy?.spec.enabled === true && !policy.spec.dryRun
      history.add({ kind: 'policy-changed', atUs: engine.nowUs, policy: name, starts })
    }
    engine.wakeAll()
  }

  pause(why: string): void {
    const { engine, history, journal } = this.world
    journal.setPause({ why, sinceUs: engine.nowUs })
    history.add({ kind: 'paused', atUs: engine.nowUs })
    engine.wakeAll()
  }

  resume(): void {
    const { engine, history, journal } = this.world
    journal.setPause(null)
    history.add({ kind: 'resumed', atUs: engine.nowUs })
    engine.wakeAll()
  }

  /** Deleting a VolumeMigration cancels it. */
  cancel(migration: string): void {
    this.world.journal.markDeleting(migration)
    this.world.engine.wakeAll()
  }

  setReplicaCount(volume: VolumeId, count: number): Reply {
    return this.world.control.setReplicaCount(volume, count, 'person')
  }

  cordonPool(pool: PoolId, scopes: PoolCordon): Reply {
    return this.world.control.cordons.cordonPool(pool, scopes, 'person')
  }

  uncordonPool(pool: PoolId, scopes: PoolCordon): Reply {
    return this.world.control.cordons.uncordonPool(pool, scopes, 'person')
  }

  cordonNode(node: string, label: string): Reply {
    return this.world.control.cordons.cordonNode(nodeId(node), label, 'person')
  }

  uncordonNode(node: string, label: string): Reply {
    return this.world.control.cordons.uncordonNode(nodeId(node), label, 'person')
  }

  unpublish(volume: VolumeId): void {
    const model = this.world.control.volume(volume)
    if (model !== undefined) this.world.control.publish(model, null)
  }

  publish(volume: VolumeId): void {
    const { control } = this.world
    const model = control.volume(volume)
    if (model === undefined) return
    const node = control.nodes.find(one => one.online && one.cordonLabels.length === 0)
    control.publish(model, model.replicas[0]?.pool.node ?? node ?? null)
  }

  deleteVolume(volume: VolumeId): void {
    const model = this.world.control.volume(volume)
    if (model !== undefined) this.world.control.remove(model)
  }
}
