/** Answers of the form that Prometheus gives. */
import type { MatrixSeries } from '../../../src/live/prometheus/replies.js'

export const second = 1_000_000
/** A multiple of every step that is used. */
export const untilUs = 1_767_571_200 * second

export type Values = readonly (readonly [number, string])[]

export function seriesOf(
  volume: string,
  operation: 'read' | 'write',
  values: Values,
  labels: Readonly<Record<string, string>> = {},
): MatrixSeries {
  const metric = {
    __name__: `volume_num_${operation}_ops`,
    pv_name: `pvc-${volume}`,
    node: 'node-1',
    ...labels,
  }
  return { metric, values }
}

/** So many points up to the end, each adding so much. */
export function growing(points: number, stepSeconds: number, growth: number): Values {
  return Array.from({ length: points }, (_, point) => {
    const seconds = untilUs / second - (points - 1 - point) * stepSeconds
    return [seconds, String(point * growth)] as const
  })
}

export function success(result: readonly MatrixSeries[], more: object = {}): object {
  return { status: 'success', data: { resultType: 'matrix', result }, ...more }
}
