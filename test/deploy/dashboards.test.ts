import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operatorMetrics } from '../../src/cli/operator/metrics.js'
import { repository } from '../tidy/source.js'
import { only, rendered, template } from './chart.js'
import {
  dashboardFiles,
  dashboards,
  dashboardsFolder,
  metricsIn,
  type Place,
  questionsOf,
} from './dashboards.js'

const script = join(repository, 'scripts', 'dashboards.mjs')

describe('the dashboards', () => {
  it('are generated', () => {
    const folder = mkdtempSync(join(tmpdir(), 'couchestor-dashboards-'))
    try {
      execFileSync(process.execPath, [script, '--into', folder])
      expect(readdirSync(folder).sort()).toEqual([...dashboardFiles()])
      for (const file of dashboardFiles()) {
        const now = readFileSync(join(folder, file), 'utf8')
        expect(readFileSync(join(dashboardsFolder, file), 'utf8'), file).toBe(now)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('read only what an operator exposes', async () => {
    const exposed = await operatorMetrics('1.2.3').instruments.registry.getMetricsAsJSON()
    const known = new Set(exposed.map(({ name }) => name))
    for (const dashboard of dashboards()) {
      for (const { title, expr } of questionsOf(dashboard, 'a', 60)) {
        const metrics = metricsIn(expr).map(name => name.replace(/_bucket$/, ''))
        expect(metrics.length, title).toBeGreaterThan(0)
        for (const name of metrics) expect(known.has(name), `${title}: ${name}`).toBe(true)
        expect(expr, title).not.toContain('$')
      }
    }
  })

  it('have panels that tell what they are, in a unit, from the chosen Prometheus', () => {
    for (const { panels } of dashboards()) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
      for (const { title, description, datasource, fieldConfig, targets } of panels) {
        expect(description, title).toMatch(/\.$/)
        expect(fieldConfig.defaults.unit, title).not.toBe('')
        expect(datasource, title).toEqual({ type: 'prometheus', uid: '$datasource' })
        expect(targets.length, title).toBeGreaterThan(0)
      }
    }
  })

  it('have panels that do not cover each other', () => {
    for (const { title, panels } of dashboards()) {
      const places = panels.map(({ gridPos }) => gridPos)
      for (const [index, one] of places.entries()) {
        expect(one.x + one.w, title).toBeLessThanOrEqual(24)
        for (const other of places.slice(index + 1)) expect(overlap(one, other), title).toBe(false)
      }
    }
  })
})

function overlap(one: Place, other: Place): boolean {
  const isBeside = one.x + one.w <= other.x || other.x + other.w <= one.x
  const isBelow = one.y + one.h <= other.y || other.y + other.h <= one.y
  return !isBeside && !isBelow
}

describe('the chart', () => {
  it('delivers them only where it is asked to', () => {
    const names = rendered().filter(({ kind }) => kind === 'ConfigMap')
    expect(names).toEqual([])
  })

  it('delivers them whole, with the label that the sidecar of Grafana looks for', () => {
    const { metadata, data } = only(rendered({ 'dashboards.enabled': true }), 'ConfigMap')
    expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' })
    const files = dashboardFiles()
    const texts = files.map(file => [file, readFileSync(join(dashboardsFolder, file), 'utf8')])
    expect(texts.length).toBeGreaterThan(0)
    expect(data).toEqual(Object.fromEntries(texts))
  })

  it('refuses values of them that it does not know', () => {
    const { status, notes } = template({ 'dashboards.enable': true })
    expect(status).toBe(1)
    expect(notes).toContain("additional properties 'enable' not allowed")
  })
})
