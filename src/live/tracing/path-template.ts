/**
 * A path whose names are taken out: what spans are called must be few words, however many volumes
 * there are.
 */
export type Client = 'kubernetes' | 'mayastor' | 'prometheus'

export function templateOf(client: Client, path: string): string {
  const words = path.split('/').slice(1)
  // Mayastor may be objects of Kubernetes, too.
  const isObject = client === 'kubernetes' || words[0] === 'apis'
  return `/${(isObject ? kubernetes(words) : plain(words)).join('/')}`
}

/** `api/v1` or `apis/GROUP/VERSION`, a namespace or none, then collection, name, part. */
function kubernetes(words: readonly string[]): readonly string[] {
  const root = words.slice(0, words[0] === 'api' ? 2 : 3)
  const rest = words.slice(root.length)
  const isWithin = rest[0] === 'namespaces' && rest.length > 2
  const within = isWithin ? ['namespaces', '{namespace}'] : []
  return [...root, ...within, ...named(rest.slice(within.length))]
}

function named([collection, name, ...parts]: readonly string[]): readonly string[] {
  const all = [collection, name === undefined ? undefined : '{name}', ...parts]
  return all.filter(word => word !== undefined)
}

/** What follows one of these is a name. */
const collections = ['volumes', 'pools', 'nodes', 'cordon', 'label', 'replica_count', 'replicas']

function plain(words: readonly string[]): readonly string[] {
  return words.map((word, place) => {
    const before = words[place - 1] ?? ''
    // A pool may be called as a collection is: of two in a row the second is its name.
    const isName = collections.includes(before) && !isNameAt(words, place - 1)
    return isName ? '{name}' : word
  })
}

function isNameAt(words: readonly string[], place: number): boolean {
  if (place < 1) return false
  return collections.includes(words[place - 1]) && !isNameAt(words, place - 1)
}
