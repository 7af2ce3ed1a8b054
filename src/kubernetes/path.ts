/** Where a resource, or one object of it, is at an API server. */
import type { Resource } from './api.js'

/** Without a name: the whole collection. */
export function pathOf(
  { group, version, plural, namespace }: Resource,
  name: string | null,
  subresource: 'status' | null = null,
): string {
  const root = group === '' ? ['api', version] : ['apis', group, version]
  const within = namespace === null ? [] : ['namespaces', namespace]
  const one = name === null ? [] : [name]
  const part = subresource === null ? [] : [subresource]
  return [...root, ...within, plural, ...one, ...part].map(word => `/${segment(word)}`).join('')
}

/** Parameters that are undefined are left out. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.append(name, value)
  }
  return `?${search}`
}

/** An empty name means the collection, and dots lead elsewhere, however they are encoded. */
function segment(word: string): string {
  if (['', '.', '..'].includes(word)) throw new Error(`no object has the name '${word}'`)
  return encodeURIComponent(word)
}
