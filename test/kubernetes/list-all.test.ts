import { expect, it } from 'vitest'
import type { KubernetesApi, Page } from '../../src/kubernetes/api.js'
import { listAll } from '../../src/kubernetes/list-all.js'

const resource = { group: '', version: 'v1', plural: 'things', namespace: null }
const pageOf = (name: string, next: string | null): Page => {
  return { items: [{ metadata: { name } }], version: '1', next }
}

it('reads page after page, and answers what the first refusal says', async () => {
  const asked: (string | undefined)[] = []
  const api: Pick<KubernetesApi, 'list'> = {
    async list(_, { next }) {
      asked.push(next)
      const value = next === undefined ? pageOf('a', 'more') : pageOf('b', null)
      return { kind: 'answered', value }
    },
  }
  const read = await listAll(api, resource)
  const names = read.kind === 'answered' && read.value.map(one => one.metadata.name)
  expect([names, asked]).toEqual([
    ['a', 'b'],
    [undefined, 'more'],
  ])
  const no = { kind: 'failed', reached: false, why: 'nobody' } as const
  expect(await listAll({ list: async () => no }, resource)).toEqual(no)
})
