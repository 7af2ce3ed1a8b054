/** The body of a pool's cordon: what is kept away from it (mayastor.md, section 2.2). */
import { isObject } from '../../src/core/field.js'
import type { PoolCordon } from '../../src/core/model.js'

export type ReadScopes =
  | { readonly kind: 'scopes'; readonly scopes: PoolCordon }
  | { readonly kind: 'wrong'; readonly why: string }

const names = ['replicas', 'snapshots', 'restores', 'import'] as const

export function scopesOf(body: unknown): ReadScopes {
  if (!isObject(body)) return { kind: 'wrong', why: 'Json deserialize error: expected an object' }
  const missing = names.find(name => typeof body[name] !== 'boolean')
  if (missing !== undefined) {
    return { kind: 'wrong', why: `Json deserialize error: field \`${missing}\` is no boolean` }
  }
  const [replicas, snapshots, restores, imports] = names.map(name => body[name] === true)
  return { kind: 'scopes', scopes: { replicas, snapshots, restores, import: imports } }
}
