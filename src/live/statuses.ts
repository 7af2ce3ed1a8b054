/** The statuses of the policies of a cluster, as the last round has them. */
import type { ErasureCodingPolicyObject } from '../core/resources.js'
import type { KubernetesApi, Resource } from '../kubernetes/api.js'
import type { Timing } from '../kubernetes/timing.js'
import type { WorkQueue } from '../kubernetes/work-queue.js'
import { codingStatus } from './coding-status.js'
import { type PolicyWorld, policyStatus } from './policy-status.js'
import { StatusWriter } from './status-writer.js'
import type { CountsByPolicy } from './stripe-watch.js'

const policies: Resource = {
  group: 'storage.billyronks.io',
  version: 'v1',
  plural: 'storagepolicies',
  namespace: null,
}

const codingResource: Resource = { ...policies, plural: 'erasurecodingpolicies' }

export class Statuses {
  private readonly policies: StatusWriter
  private readonly codings: StatusWriter

  constructor(api: KubernetesApi, timing: Timing) {
    const changedField = 'lastReconcileTime'
    const kind = { name: 'StoragePolicy', resource: policies, changedField } as const
    this.policies = new StatusWriter(api, kind, timing)
    this.codings = new StatusWriter(
      api,
      {
        name: 'ErasureCodingPolicy',
        resource: codingResource,
        changedField: 'lastValidationTime',
      },
      timing,
    )
  }

  /** Answers what is not written. */
  async write(
    world: PolicyWorld,
    codingPolicies: readonly ErasureCodingPolicyObject[],
    stripes: CountsByPolicy | null,
    nowUs: number,
  ): Promise<readonly string[]> {
    const wanted = world.landscape.views.map(view => ({
      name: view.policy.name,
      status: policyStatus(world, view),
    }))
    const codings = codingPolicies.map(policy => ({
      name: policy.name,
      status: codingStatus(world, policy, stripes),
    }))
    const failures = await Promise.all([
      this.policies.write(wanted, nowUs),
      this.codings.write(codings, nowUs),
    ])
    return failures.flat()
  }

  /** By the name that metrics have of each. */
  queues(): Readonly<Record<string, WorkQueue>> {
    return {
      'storagepolicy-status': this.policies.queue,
      'erasurecodingpolicy-status': this.codings.queue,
    }
  }

  /** Tries once more what is not written, for so long, and then writes nothing more. */
  async end(withinUs: number): Promise<void> {
    await Promise.all([this.policies.end(withinUs), this.codings.end(withinUs)])
  }

  /** Writes nothing more. */
  close(): void {
    this.policies.close()
    this.codings.close()
  }
}
