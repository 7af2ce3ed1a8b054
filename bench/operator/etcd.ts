/** Objects put into etcd as the API server stores them: it is not asked, so that it is fast. */
import type { ControlPlane } from '../../test/controlplane/control-plane.js'

/** etcd takes no more of them in one transaction. */
const mostAtOnce = 128
const writers = 4

/** Those that are yielded together are written together. */
export async function seed(
  { etcd }: ControlPlane,
  puts: Iterable<readonly object[]>,
): Promise<void> {
  const left = transactions(puts)
  const write = async (): Promise<void> => {
    for (const success of left) {
      const body = JSON.stringify({ success })
      const answer = await fetch(`${etcd}/v3/kv/txn`, { method: 'POST', body })
      if (!answer.ok) throw new Error(`etcd answers ${answer.status}: ${await answer.text()}`)
      await answer.text()
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
}

function* transactions(puts: Iterable<readonly object[]>): Generator<readonly object[]> {
  let gathered: object[] = []
  for (const some of puts) {
    if (gathered.length + some.length > mostAtOnce) {
      yield gathered
      gathered = []
    }
    gathered.push(...some)
  }
  if (gathered.length > 0) yield gathered
}

/** `key` as `persistentvolumes/NAME`. */
export function putOf(key: string, value: object): object {
  const encoded = (text: string): string => Buffer.from(text).toString('base64')
  return {
    requestPut: { key: encoded(`/registry/${key}`), value: encoded(JSON.stringify(value)) },
  }
}
