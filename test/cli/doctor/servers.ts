/** A Mayastor and a Prometheus as doctor asks them, whose answers a test decides. */
import { nodeReply, poolReply, volumeReply } from '../../live/mayastor/recorded.js'
import { answerJson, serve } from '../../live/servers.js'

export const uuid = volumeReply().spec.uuid

const synced = { state: 'Online', node: 'node-1', pool: 'p', 'child-status': 'Online' }
export const whole = {
  status: 'Online',
  target: { node: 'node-1', state: 'Online', rebuilds: 0, children: [] },
  replica_topology: { a: synced, b: synced },
}

export interface Fixture {
  readonly nodes?: readonly unknown[]
  readonly pools?: readonly unknown[]
  readonly volumes?: readonly unknown[]
}

export async function mayastor({ nodes, pools, volumes }: Fixture = {}) {
  return serve((asked, response) => {
    const path = asked.url.split('?')[0]
    const lists: Readonly<Record<string, unknown>> = {
      '/v0/nodes': nodes ?? [nodeReply('node-1'), nodeReply('node-2')],
      '/v0/pools': pools ?? [poolReply('pool-1'), poolReply('pool-2')],
      '/v0/volumes': { entries: volumes ?? [volumeReply({}, whole)] },
    }
    answerJson(lists[path])(asked, response)
  })
}

/** Counters of these volumes that grew all the hour long. */
export async function prometheus(volumes: readonly string[], points = 121) {
  return serve((asked, response) => {
    if (asked.url === '/api/v1/status/buildinfo') {
      return answerJson({ status: 'success', data: { version: '2.42.0' } })(asked, response)
    }
    const until = Number(new URLSearchParams(asked.body).get('time'))
    const values = Array.from({ length: points }, (_, n) => [until - (points - 1 - n) * 30, `${n}`])
    const result = volumes.flatMap(volume =>
      ['volume_num_read_ops', 'volume_num_write_ops'].map(name => ({
        metric: { __name__: name, pv_name: `pvc-${volume}`, node: 'node-1' },
        values,
      })),
    )
    answerJson({ status: 'success', data: { resultType: 'matrix', result } })(asked, response)
  })
}
