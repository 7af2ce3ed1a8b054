/** A scenario of volumes that Mayastor can steer to no other tier than the cold one. */
import { scenarioIn } from './small-scenario.js'

/**
 * One cold volume, `logs-0`, has a replica on every hot node, so that only cold pools are left; the
 * other one, `few-0`, has not.
 */
export function onlyColdLeftIn(directory: string, size = '20GiB'): string {
  return scenarioIn(directory, 'volumes.yaml', [
    [
      '- {name: logs, count: 2, size: 20GiB, replicas: 2, place: hot}',
      `- {name: logs, count: 1, size: ${size}, replicas: 3, place: hot}\n` +
        '    - {name: few, count: 1, size: 20GiB, replicas: 2, place: hot}',
    ],
    [
      '- synthetic: {over: logs,',
      '- synthetic: {over: few, shares: [{kind: idle, share: 1, iops: 90}]}\n' +
        '  - synthetic: {over: logs,',
    ],
  ])
}
