// Writes the Grafana dashboards that the chart delivers. `--into FOLDER` writes them there and
// leaves the chart alone.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('..', import.meta.url))
const usual = join(repository, 'deploy', 'chart', 'couchestor', 'files', 'dashboards')

const source = { type: 'prometheus', uid: '$datasource' }
const sourceVariable = {
  name: 'datasource',
  label: 'Prometheus',
  type: 'datasource',
  query: 'prometheus',
}
const jobVariable = {
  name: 'job',
  label: 'Job',
  type: 'query',
  datasource: source,
  query: { query: 'label_values(couchestor_build_info, job)', refId: 'jobs' },
  refresh: 2,
  includeAll: true,
  multi: true,
  current: { text: 'All', value: '$__all' },
}

const own = 'job=~"$job"'
const rate = '[$__rate_interval]'
const quantile = (of, metric) =>
  `histogram_quantile(${of}, sum by (le) (rate(${metric}_bucket{${own}}${rate})))`

const tiering = dashboard('couchestor-tiering', 'CoucheStor: tiering', [
  stat('Migrations that run', 'Moves that have begun and not ended.', 'short', [
    query(`max(storage_operator_active_migrations{${own}})`, 'running'),
  ]),
  stat('Ended within a day', 'Of the migrations, by how they ended.', 'short', [
    query(
      `sum by (status) (increase(storage_operator_migrations_total{${own}}[1d]))`,
      '{{status}}',
    ),
  ]),
  stat('Volumes', 'Volumes that a policy selects.', 'short', [
    query(`sum(couchestor_volumes{${own}})`, 'volumes'),
  ]),
  stat('Conditions that do not hold', 'Empty where all is as it should be.', 'short', [
    query(`max by (condition) (couchestor_conditions_not_met{${own}})`, '{{condition}}'),
  ]),
  lines('Use of the tiers', 'Used share of the pools that a policy has in a tier.', 'percentunit', [
    query(
      `sum by (policy, tier) (couchestor_tier_used_bytes{${own}}) / ` +
        `sum by (policy, tier) (couchestor_tier_capacity_bytes{${own}})`,
      '{{policy}} {{tier}}',
    ),
  ]),
  lines('Size of the tiers', 'Size of the pools that a policy has in a tier.', 'bytes', [
    query(`sum by (policy, tier) (couchestor_tier_capacity_bytes{${own}})`, '{{policy}} {{tier}}'),
  ]),
  lines('Volumes by verdict', 'What was last decided: stay, move or blocked.', 'short', [
    query(`sum by (verdict) (couchestor_volumes{${own}})`, '{{verdict}}'),
  ]),
  lines('Blocked volumes by reason', 'docs/reasons.md says what would change each.', 'short', [
    query(
      `sum by (policy, reason) (couchestor_volumes{${own}, verdict="blocked"})`,
      '{{policy}}: {{reason}}',
    ),
  ]),
  lines('Migrations an hour', 'Of those that ended, by their tiers.', 'short', [
    query(
      'sum by (source_tier, target_tier, status) ' +
        `(increase(storage_operator_migrations_total{${own}}[1h]))`,
      '{{source_tier}} to {{target_tier}}, {{status}}',
    ),
  ]),
  lines('How long migrations take', 'Of those that ended within a day.', 's', [
    ...[0.5, 0.95].map(of =>
      query(
        `histogram_quantile(${of}, sum by (le) ` +
          `(increase(couchestor_migration_duration_seconds_bucket{${own}}[1d])))`,
        `quantile ${of}`,
      ),
    ),
  ]),
])

const operator = dashboard('couchestor-operator', 'CoucheStor: operator', [
  stat('Leaders', 'One lease has one holder.', 'short', [
    query(`sum(leader_election_master_status{name="couchestor", ${own}})`, 'leaders'),
  ]),
  stat('Version', 'Of each operator that is scraped.', 'short', [
    query(`sum by (version) (couchestor_build_info{${own}})`, '{{version}}'),
  ]),
  stat('Up since', 'How long each operator has run.', 's', [
    query(
      `time() - (process_start_time_seconds{${own}} and on (job, instance) couchestor_build_info)`,
      '{{instance}}',
    ),
  ]),
  stat('Age of the window', 'For how long there have been cordons of ours.', 's', [
    query(`max(couchestor_window_age_seconds{${own}})`, 'age'),
  ]),
  lines('Rounds a minute', 'Observe, decide, move, record.', 'short', [
    query(`60 * sum(rate(storage_operator_reconcile_total{${own}}${rate}))`, 'rounds'),
  ]),
  lines('How long rounds take', 'From the observation to the last write.', 's', [
    query(quantile(0.5, 'couchestor_round_duration_seconds'), 'quantile 0.5'),
    query(quantile(0.99, 'couchestor_round_duration_seconds'), 'quantile 0.99'),
  ]),
  lines('Age of observations', 'How old a source was when it was used.', 's', [
    query(`max by (source) (couchestor_observation_age_seconds{${own}})`, '{{source}}'),
  ]),
  lines('Commands to Mayastor', 'Sent, and answered other than that they are taken.', 'short', [
    query(
      `sum by (command, reply) (increase(couchestor_commands_total{${own}}[1h]))`,
      '{{command}}: {{reply}}',
    ),
  ]),
  lines('Requests a second', 'By server and answer: 429 asks for fewer.', 'reqps', [
    query(
      `sum by (host, code) (rate(rest_client_requests_total{${own}}${rate}))`,
      '{{host}}: {{code}}',
    ),
  ]),
  lines('Age of watches', 'For how long nothing has come, by kind of object.', 's', [
    query(`max by (kind) (couchestor_watch_age_seconds{${own}})`, '{{kind}}'),
  ]),
  lines('Lists an hour', 'Beyond the first: a watch was lost.', 'short', [
    query(`sum by (kind) (increase(couchestor_watch_lists_total{${own}}[1h]))`, '{{kind}}'),
  ]),
  lines('Statuses and Events that wait', 'What an API server has not taken yet.', 'short', [
    query(`sum by (name) (workqueue_depth{${own}})`, '{{name}}'),
    query(`sum(couchestor_event_queue_depth{${own}})`, 'events'),
  ]),
  lines('Failures an hour', 'What was tried again, given up, or met another writer.', 'short', [
    query(`sum by (name) (increase(workqueue_retries_total{${own}}[1h]))`, '{{name}}'),
    query(`sum(increase(couchestor_events_dropped_total{${own}}[1h]))`, 'events dropped'),
    query(
      'sum by (outcome) ' +
        `(increase(couchestor_journal_writes_total{${own}, outcome!="written"}[1h]))`,
      'journal: {{outcome}}',
    ),
    query(
      `sum by (controller) (increase(controller_runtime_reconcile_errors_total{${own}}[1h]))`,
      'rounds without a result',
    ),
  ]),
  lines('Servers left alone', 'Reads pause after five failures in a row.', 'short', [
    query(`max by (host) (couchestor_breaker_open{${own}})`, '{{host}}'),
  ]),
  lines('Memory', 'Resident memory of each operator.', 'bytes', [
    query(
      `process_resident_memory_bytes{${own}} and on (job, instance) couchestor_build_info`,
      '{{instance}}',
    ),
  ]),
  lines('Lag of the event loop', 'An operator that lags cannot renew its lease.', 's', [
    query(
      `nodejs_eventloop_lag_p99_seconds{${own}} and on (job, instance) couchestor_build_info`,
      '{{instance}}',
    ),
  ]),
])

const { argv } = process
const folder = argv.includes('--into') ? argv[argv.indexOf('--into') + 1] : usual
mkdirSync(folder, { recursive: true })
for (const one of [tiering, operator]) {
  writeFileSync(join(folder, `${one.uid}.json`), formatted(JSON.stringify(one)))
}

function query(expr, legendFormat) {
  return { expr, legendFormat }
}

function stat(title, description, unit, queries) {
  const options = { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'value_and_name' }
  return { type: 'stat', title, description, unit, queries, size: { w: 6, h: 4 }, options }
}

function lines(title, description, unit, queries) {
  const options = { legend: { displayMode: 'list', placement: 'bottom' } }
  const size = { w: 12, h: 8 }
  return { type: 'timeseries', title, description, unit, queries, size, options }
}

function dashboard(uid, title, wanted) {
  const templating = { list: [sourceVariable, jobVariable] }
  const panels = placed(wanted)
  const time = { from: 'now-24h', to: 'now' }
  const about = { uid, title, tags: ['couchestor'], editable: true, schemaVersion: 39 }
  return { ...about, refresh: '1m', time, templating, panels }
}

// Row by row from the left, in a grid of 24 columns.
function placed(wanted) {
  let at = { x: 0, y: 0 }
  let below = 0
  return wanted.map(({ size, queries, unit, ...panel }, index) => {
    if (at.x + size.w > 24) at = { x: 0, y: below }
    const gridPos = { ...size, ...at }
    at = { x: at.x + size.w, y: at.y }
    below = Math.max(below, at.y + size.h)
    const targets = queries.map((one, place) => ({ refId: 'ABCDEF'[place], ...one }))
    const fieldConfig = { defaults: { unit, min: 0 }, overrides: [] }
    return { id: index + 1, ...panel, datasource: source, gridPos, fieldConfig, targets }
  })
}

// As the house keeps its files.
function formatted(text) {
  const biome = join(repository, 'node_modules', '.bin', 'biome')
  const words = ['format', '--stdin-file-path=dashboard.json']
  const { status, stdout, stderr } = spawnSync(biome, words, {
    cwd: repository,
    input: text,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}
