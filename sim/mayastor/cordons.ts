/** Cordons and labels of nodes and pools, with the answers of the real control plane. */
import type { Reply } from '../../src/core/command.js'
import type { PoolCordon, PoolId } from '../../src/core/model.js'
import type { ModelCluster } from './cluster.js'
import { refused } from './refusal.js'
import type { ModelNode, ModelPool } from './state.js'

type Asker = 'command' | 'person'

const scopeNames = ['replicas', 'snapshots', 'restores', 'import'] as const

export class Cordons {
  constructor(private readonly cluster: ModelCluster) {}

  cordonPool(id: PoolId, scopes: PoolCordon, by: Asker = 'command'): Reply {
    const pool = this.poolOf(id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    if (!this.knowsPoolCordons) return refused('invalid', 'no such operation')
    const before = pool.cordon
    if (scopeNames.every(scope => !scopes[scope] || before?.[scope] === true)) {
      return refused('already', 'The pool is cordoned so already')
    }
    pool.cordon = {
      replicas: before?.replicas === true || scopes.replicas,
      snapshots: before?.snapshots === true || scopes.snapshots,
      restores: before?.restores === true || scopes.restores,
      import: before?.import === true || scopes.import,
    }
    this.told('cordon-set', `pool ${id}`, by)
    return { kind: 'done', volume: null }
  }

  uncordonPool(id: PoolId, scopes: PoolCordon, by: Asker = 'command'): Reply {
    const pool = this.poolOf(id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    if (!this.knowsPoolCordons) return refused('invalid', 'no such operation')
    if (pool.cordon === null) return refused('already', 'The pool is not cordoned')
    const rest = {
      replicas: pool.cordon.replicas && !scopes.replicas,
      snapshots: pool.cordon.snapshots && !scopes.snapshots,
      restores: pool.cordon.restores && !scopes.restores,
      import: pool.cordon.import && !scopes.import,
    }
    pool.cordon = rest.replicas || rest.snapshots || rest.restores || rest.import ? rest : null
    this.told('cordon-cleared', `pool ${id}`, by)
    return { kind: 'done', volume: null }
  }

  cordonNode(id: string, label: string, by: Asker = 'command'): Reply {
    const node = this.nodeOf(id)
    if (node === undefined) return refused('not-found', `Node '${id}' not found`)
    if (node.cordonLabels.includes(label)) {
      return refused('already', `Node ${id} is already cordoned with label '${label}'`)
    }
    node.cordonLabels.push(label)
    this.told('cordon-set', `node ${id} ${label}`, by)
    return { kind: 'done', volume: null }
  }

  uncordonNode(id: string, label: string, by: Asker = 'command'): Reply {
    const node = this.nodeOf(id)
    if (node === undefined) return refused('not-found', `Node '${id}' not found`)
    const at = node.cordonLabels.indexOf(label)
    if (at < 0) return refused('already', `Node ${id} does not have a cordon label '${label}'`)
    node.cordonLabels.splice(at, 1)
    this.told('cordon-cleared', `node ${id} ${label}`, by)
    return { kind: 'done', volume: null }
  }

  labelPool(id: PoolId, key: string, value: string | null): Reply {
    const pool = this.poolOf(id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    const { [key]: before, ...rest } = pool.labels
    if (value === null && before === undefined) return refused('not-found', `No label '${key}'`)
    pool.labels = value === null ? rest : { ...rest, [key]: value }
    this.cluster.version += 1
    return { kind: 'done', volume: null }
  }

  /** From 2.10 on. */
  get knowsPoolCordons(): boolean {
    return this.cluster.row.steersDestination === 'pools'
  }

  private poolOf(id: PoolId): ModelPool | undefined {
    return this.cluster.pools.find(one => one.id === id)
  }

  private nodeOf(id: string): ModelNode | undefined {
    return this.cluster.nodes.find(one => one.id === id)
  }

  private told(kind: 'cordon-set' | 'cordon-cleared', what: string, by: Asker): void {
    this.cluster.version += 1
    this.cluster.tell({ kind, atUs: this.cluster.nowUs, what, by })
  }
}
