/** Nine volumes of two tiers: six kinds of what may become of one, each far from every mark. */

export const tiers = policyNamed('tiers', {
  highWatermarkIOPS: 110,
  hotPoolSelector: { matchLabels: { 'storage-tier': 'hot' } },
  coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
})

/** It selects nothing, so that a condition does not hold, which a dashboard shows. */
export const nobodys = policyNamed('nobodys', {
  volumeSelector: { matchLabels: { app: 'nowhere' } },
  hotPoolSelector: { matchLabels: { 'storage-tier': 'nowhere' } },
  coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
})

function policyNamed(name: string, spec: object) {
  const marks = { highWatermarkIOPS: 100, warmWatermarkIOPS: 0, lowWatermarkIOPS: 40 }
  return {
    apiVersion: 'storage.billyronks.io/v1',
    kind: 'StoragePolicy',
    metadata: { name },
    spec: { ...marks, samplingWindow: '20s', cooldownPeriod: '1h', ...spec },
  }
}

/** Operations a second of each volume: none is near a mark, and no two cold ones are alike. */
const heats: Readonly<Record<string, number>> = {
  ...{ 'db-0': 1000, 'db-1': 800, 'logs-0': 20, 'logs-1': 14, 'logs-2': 8 },
  ...{ 'archive-0': 10, 'kept-0': 12, 'half-0': 70, 'woken-0': 160 },
}

/** For so long. */
export function scenario(until: string): object {
  const one = { group: 'all', size: '20GiB', replicas: 2 }
  const hot = { name: 'hot', firstNode: 0, device: 'nvme-gen4', capacity: '2TiB' }
  const cold = { name: 'cold', firstNode: 3, device: 'hdd-7200', capacity: '8TiB' }
  return {
    ...{ schema: 'couchestor.scenario/v1', seed: 7, until },
    cluster: {
      pools: [hot, cold].map(of => ({ ...of, count: 3, labels: tier(of.name) })),
      volumes: [
        { ...one, name: 'db', count: 2, place: 'hot' },
        { ...one, name: 'logs', count: 3, place: 'hot' },
        { ...one, name: 'archive', count: 1, place: 'cold' },
        { ...one, name: 'kept', count: 1, place: 'hot', hold: true },
        { ...one, name: 'half', count: 1, place: 'hot' },
        { ...one, name: 'woken', count: 1, place: 'cold' },
      ],
    },
    policies: [tiers],
    workload: [{ trace: 'load.csv', spread: { over: 'all' } }],
    loop: { roundInterval: '2s', scrapeInterval: '1s', syncPollInterval: '1s' },
  }
}

function tier(name: string) {
  return { 'storage-tier': name }
}

/** Ten minutes, in the order of the scenario's volumes. */
export function load(): string {
  const rows = ['timestamp,volume,read_iops,write_iops']
  for (let seconds = 0; seconds < 600; seconds += 10) {
    for (const [name, iops] of Object.entries(heats)) {
      rows.push(`${1_767_571_200 + seconds},${name},${iops / 2},${iops / 2}`)
    }
  }
  return `${rows.join('\n')}\n`
}
