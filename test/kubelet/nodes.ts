/**
 * Nodes for a control plane: what schedules pods, what keeps Deployments and Jobs, and a stand-in
 * for the kubelets, which writes statuses and runs nothing.
 */
import { join } from 'node:path'
import { type ControlPlane, end, run } from '../controlplane/control-plane.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { freePort } from '../controlplane/ports.js'
import { until } from '../e2e/cluster.js'
import { repository } from '../tidy/source.js'

const names = ['node-a', 'node-b', 'node-c'] as const

const controllers = [
  ...['deployment', 'replicaset', 'job', 'disruption', 'garbage-collector'],
  ...['pod-garbage-collector', 'endpointslice', 'node-lifecycle'],
].map(name => `${name}-controller`)

/** Answers how they are stopped, when all are ready. */
export async function startNodes(
  plane: ControlPlane,
  assets: string,
  kubelet: string,
): Promise<() => Promise<void>> {
  const { folder } = plane
  const at = `--kubeconfig=${writeKubeconfig(plane)}`
  const alone = [at, '--leader-elect=false', '--secure-port=0']
  const stages = join(repository, 'test', 'kubelet', 'stages.yaml')
  const keys = ['--service-account-private-key-file=sa.key', '--root-ca-file=ca.crt']
  const children = [
    run(folder, join(assets, 'kube-controller-manager'), [
      ...[...alone, ...keys, `--controllers=${controllers.join()}`],
    ]),
    run(folder, join(assets, 'kube-scheduler'), alone),
    run(folder, kubelet, [
      ...[at, `--config=${stages}`, '--manage-all-nodes=true', '--node-lease-duration-seconds=40'],
      `--server-address=127.0.0.1:${await freePort()}`,
    ]),
  ]
  for (const name of names) await plane.call('POST', '/api/v1/nodes', nodeOf(name))
  await until(async () => ((await areReady(plane)) ? true : null), 'nodes')
  return async () => {
    for (const child of children) await end(child, 'SIGTERM')
  }
}

function nodeOf(name: string): object {
  const resources = { cpu: '8', memory: '32Gi', pods: '110' }
  return {
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { allocatable: resources, capacity: resources },
  }
}

/** And nothing keeps pods away any more. */
async function areReady({ call }: ControlPlane): Promise<boolean> {
  const { body } = await call('GET', '/api/v1/nodes')
  const nodes: readonly Node[] = Object(body).items ?? []
  return nodes.length === names.length && nodes.every(isReady)
}

interface Node {
  readonly spec: { readonly taints?: readonly object[] }
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

function isReady({ spec, status }: Node): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True' && (spec.taints ?? []).length === 0
}
