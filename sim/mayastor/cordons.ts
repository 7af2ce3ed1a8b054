/** Cordons and labels of nodes and pools, with the answers of the real control plane. */
import type { Reply } from '../../src/core/command.js'
import type { PoolCordon, PoolId } from '../../src/core/model.js'
import type { VersionRow } from '../../src/core/versions.js'
import { refused } from './refusal.js'
import type { ModelNode, ModelPool } from './state.js'

export class Cordons {
  constructor(
    private readonly nodes: readonly ModelNode[],
    private readonly pools: readonly ModelPool[],
    private readonly row: VersionRow,
    private readonly changed: () => void,
    private readonly tell: (kind: 'cordon-set' | 'cordon-cleared', what: string) => void,
  ) {}

  cordonPool(id: PoolId, scopes: PoolCordon): Reply {
    const pool = this.pools.find(one => one.id === id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    if (this.row.steersDestination !== 'pools') return refused('invalid', 'no such operation')
    const before = pool.cordon
    if (before?.replicas === true && scopes.replicas) {
      return refused('already', 'The pool is cordoned so already')
    }
    pool.cordon = {
      replicas: before?.replicas === true || scopes.replicas,
      snapshots: before?.snapshots === true || scopes.snapshots,
      restores: before?.restores === true || scopes.restores,
      import: before?.import === true || scopes.import,
    }
    this.told('cordon-set', `pool ${id}`)
    return { kind: 'done', volume: null }
  }

  uncordonPool(id: PoolId, scopes: PoolCordon): Reply {
    const pool = this.pools.find(one => one.id === id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    if (pool.cordon === null) return refused('already', 'The pool is not cordoned')
    const rest = {
      replicas: pool.cordon.replicas && !scopes.replicas,
      snapshots: pool.cordon.snapshots && !scopes.snapshots,
      restores: pool.cordon.restores && !scopes.restores,
      import: pool.cordon.import && !scopes.import,
    }
    pool.cordon = rest.replicas || rest.snapshots || rest.restores || rest.import ? rest : null
    this.told('cordon-cleared', `pool ${id}`)
    return { kind: 'done', volume: null }
  }

  cordonNode(id: string, label: string): Reply {
    const node = this.nodes.find(one => one.id === id)
    if (node === undefined) return refused('not-found', `Node '${id}' not found`)
    if (node.cordonLabels.includes(label)) return refused('already', 'The label is there already')
    node.cordonLabels.push(label)
    this.told('cordon-set', `node ${id} ${label}`)
    return { kind: 'done', volume: null }
  }

  uncordonNode(id: string, label: string): Reply {
    const node = this.nodes.find(one => one.id === id)
    const at = node?.cordonLabels.indexOf(label) ?? -1
    if (node === undefined || at < 0) return refused('not-found', `No cordon '${label}' on '${id}'`)
    node.cordonLabels.splice(at, 1)
    this.told('cordon-cleared', `node ${id} ${label}`)
    return { kind: 'done', volume: null }
  }

  labelPool(id: PoolId, key: string, value: string | null): Reply {
    const pool = this.pools.find(one => one.id === id)
    if (pool === undefined) return refused('not-found', `Pool '${id}' not found`)
    const { [key]: before, ...rest } = pool.labels
    if (value === null && before === undefined) return refused('not-found', `No label '${key}'`)
    pool.labels = value === null ? rest : { ...rest, [key]: value }
    this.changed()
    return { kind: 'done', volume: null }
  }

  private told(kind: 'cordon-set' | 'cordon-cleared', what: string): void {
    this.changed()
    this.tell(kind, what)
  }
}
