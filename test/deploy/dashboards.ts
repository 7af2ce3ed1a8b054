/** The dashboards as files, and what they ask Prometheus, with Grafana's variables filled in. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder } from './chart.js'

export const dashboardsFolder = join(chartFolder, 'files', 'dashboards')

export interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface Panel {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly datasource: unknown
  readonly gridPos: Place
  readonly fieldConfig: { readonly defaults: { readonly unit: string } }
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
}

export function dashboardFiles(): readonly string[] {
  return readdirSync(dashboardsFolder).sort((one, other) => (one < other ? -1 : 1))
}

export function dashboards(): readonly Dashboard[] {
  return dashboardFiles().map(file =>
    JSON.parse(readFileSync(join(dashboardsFolder, file), 'utf8')),
  )
}

/** As Grafana would ask of the given job, where it looks at points of so many seconds. */
export function questionsOf({ panels }: Dashboard, job: string, seconds: number) {
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$job', job).replaceAll('$__rate_interval', `${seconds}s`),
    })),
  )
}

/** Names of ours that an expression reads. */
export function metricsIn(expr: string): readonly string[] {
  const found = expr.matchAll(
    /\b(?:couchestor|storage|leader|process|nodejs|rest_client|workqueue|controller_runtime)_\w+/g,
  )
  return [...found].map(([name]) => name)
}
