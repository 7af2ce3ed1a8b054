/** All objects of one kind, page by page. */
import type { Answer, KubernetesApi, KubernetesObject, Page, Resource } from './api.js'

const pageLimit = 500

export async function listAll(
  api: Pick<KubernetesApi, 'list'>,
  resource: Resource,
): Promise<Answer<readonly KubernetesObject[]>> {
  const all: KubernetesObject[] = []
  let next: string | null = null
  do {
    const from = next === null ? {} : { next }
    const page: Answer<Page> = await api.list(resource, { limit: pageLimit, ...from })
    if (page.kind !== 'answered') return page
    all.push(...page.value.items)
    next = page.value.next
  } while (next !== null)
  return { kind: 'answered', value: all }
}
