/** For each alert: series under which it is silent at first and is told later. */

export interface AlertCase {
  readonly alert: string
  /** As promtool writes them, a value a minute. */
  readonly series: Readonly<Record<string, string>>
  readonly silentAt: string
  readonly toldAt: string
  /** Beside the severity. */
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
}

const ours = 'instance="a",job="couchestor-operator"'
const built = { [`couchestor_build_info{${ours}}`]: '1x1500' }
const leads = { 'leader_election_master_status{name="couchestor",instance="a"}': '1x1500' }

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'CouchestorDown',
    series: { [`couchestor_build_info{${ours}}`]: '1x20 stale' },
    silentAt: '25m',
    toldAt: '27m',
    labels: {},
    summary: 'No CoucheStor operator can be scraped.',
  },
  {
    alert: 'CouchestorNoLeader',
    series: { 'leader_election_master_status{name="couchestor",instance="a"}': '1x9 0x30' },
    silentAt: '14m',
    toldAt: '15m',
    labels: {},
    summary: 'No CoucheStor operator leads.',
  },
  {
    alert: 'CouchestorTwoLeaders',
    series: {
      ...leads,
      'leader_election_master_status{name="couchestor",instance="b"}': '0x9 1x9',
    },
    silentAt: '11m',
    toldAt: '12m',
    labels: {},
    summary: '2 CoucheStor operators say that they lead.',
  },
  {
    alert: 'CouchestorLawBroken',
    series: {
      'couchestor_laws_broken_total{instance="a",law="1"}': '0x60',
      'couchestor_laws_broken_total{instance="a",law="2"}': '0x9 1x50',
    },
    silentAt: '9m',
    toldAt: '12m',
    labels: { law: '2' },
    summary: 'Law 2 was broken, and CoucheStor has paused itself.',
  },
  {
    alert: 'CouchestorRoundsStopped',
    series: { ...leads, 'storage_operator_reconcile_total{instance="a"}': '0+1x60 60x60' },
    silentAt: '75m',
    toldAt: '85m',
    labels: {},
    summary: 'The CoucheStor operator leads and ends no round.',
  },
  {
    alert: 'CouchestorObservationOld',
    series: {
      'couchestor_observation_age_seconds{instance="a",source="kubernetes"}': '20x100',
      'couchestor_observation_age_seconds{instance="a",source="mayastor"}': '20x9 360x60',
    },
    silentAt: '19m',
    toldAt: '20m',
    labels: { source: 'mayastor' },
    summary: 'What CoucheStor knows of mayastor is 6m 0s old.',
  },
  {
    alert: 'CouchestorWatchOld',
    series: {
      'couchestor_watch_age_seconds{instance="a",kind="diskpools"}': '20x9 360x60',
      'couchestor_watch_age_seconds{instance="a",kind="storageclasses"}': '60x90',
    },
    silentAt: '14m',
    toldAt: '15m',
    labels: { kind: 'diskpools' },
    summary: 'Nothing has come of diskpools for 6m 0s.',
  },
  {
    alert: 'CouchestorRequestsThrottled',
    series: {
      'rest_client_requests_total{code="429",method="GET",host="10.0.0.1:6443"}': '0x19 0+60x60',
      'rest_client_requests_total{code="200",method="GET",host="prom:9090"}': '0+60x90',
    },
    silentAt: '30m',
    toldAt: '35m',
    labels: { host: '10.0.0.1:6443' },
    summary: 'The server 10.0.0.1:6443 refuses requests of CoucheStor as too many.',
  },
  {
    alert: 'CouchestorConditionNotMet',
    series: { 'couchestor_conditions_not_met{instance="a",condition="SelectorsMatch"}': '2x60' },
    silentAt: '29m',
    toldAt: '30m',
    labels: { condition: 'SelectorsMatch' },
    summary: 'The condition SelectorsMatch does not hold.',
  },
  {
    alert: 'CouchestorMigrationsFail',
    series: {
      'storage_operator_migrations_total{status="success"}': '0+9x200',
      'storage_operator_migrations_total{status="failure"}': '0x60 0+0.1x60',
    },
    silentAt: '85m',
    toldAt: '120m',
    labels: {},
    summary: '6 migrations ended within an hour without reaching their tier.',
  },
  {
    alert: 'CouchestorMigrationStuck',
    series: {
      'storage_operator_active_migrations{instance="a"}': '1x1500',
      'storage_operator_migrations_total{status="success"}': '0+0.1x100 10x1400',
      'storage_operator_migrations_total{status="failure"}': '0x1500',
    },
    silentAt: '14h',
    toldAt: '15h',
    labels: {},
    summary: 'Migrations run, and for 12 hours none has ended.',
  },
  {
    alert: 'CouchestorCommandsRefused',
    series: {
      'couchestor_commands_total{command="a",reply="sent"}': '0+1x200',
      'couchestor_commands_total{command="a",reply="refused"}': '0x60 0+1x140',
    },
    silentAt: '95m',
    toldAt: '120m',
    labels: {},
    summary: "Mayastor does not take most of the operator's commands.",
  },
  {
    alert: 'CouchestorStripesEndangered',
    series: {
      'couchestor_stripes_endangered{instance="a",policy="archive"}': '0x9 12x60',
      'couchestor_stripes_endangered{instance="a",policy="other"}': '0x70',
    },
    silentAt: '14m',
    toldAt: '15m',
    labels: { policy: 'archive' },
    summary: '12 coded stripes of archive are one lost shard from losing bytes, or beyond it.',
  },
  {
    alert: 'CouchestorStripesDegraded',
    series: { 'couchestor_stripes{instance="a",policy="archive",state="degraded"}': '0x9 12x90' },
    silentAt: '69m',
    toldAt: '70m',
    labels: { policy: 'archive' },
    summary: '12 coded stripes of archive lack a shard.',
  },
  {
    alert: 'CouchestorRestarts',
    series: {
      ...built,
      [`process_start_time_seconds{${ours}}`]: '0x9 600x9 1200x9 1800x60',
    },
    silentAt: '25m',
    toldAt: '35m',
    labels: { instance: 'a', job: 'couchestor-operator' },
    summary: 'The CoucheStor operator on a has restarted 3 times within an hour.',
  },
  {
    alert: 'CouchestorEventLoopLag',
    series: { ...built, [`nodejs_eventloop_lag_p99_seconds{${ours}}`]: '0.1x9 2x60' },
    silentAt: '19m',
    toldAt: '20m',
    labels: { instance: 'a', job: 'couchestor-operator' },
    summary: 'The operator on a answers late, by 2s.',
  },
  {
    alert: 'CouchestorMemoryNearLimit',
    series: { ...built, [`process_resident_memory_bytes{${ours}}`]: '100000000x9 262144000x60' },
    silentAt: '24m',
    toldAt: '25m',
    labels: { instance: 'a', job: 'couchestor-operator' },
    summary: 'The operator on a uses 250MiB, near its memory limit.',
  },
]

/** An operator that works, beside another program of Node's that does not: nothing is told. */
export const quiet: Readonly<Record<string, string>> = {
  ...built,
  ...leads,
  'leader_election_master_status{name="another",instance="b"}': '1x1500',
  'storage_operator_reconcile_total{instance="a"}': '0+1x1500',
  'couchestor_observation_age_seconds{instance="a",source="mayastor"}': '20x1500',
  'couchestor_watch_age_seconds{instance="a",kind="diskpools"}': '60x1500',
  'rest_client_requests_total{code="429",method="GET",host="a"}': '0+1x1500',
  'rest_client_requests_total{code="200",method="GET",host="a"}': '0+60x1500',
  'storage_operator_active_migrations{instance="a"}': '2x1500',
  'storage_operator_migrations_total{status="success"}': '0+0.05x1500',
  'storage_operator_migrations_total{status="failure"}': '0+0.01x1500',
  'couchestor_stripes{instance="a",policy="archive",state="healthy"}': '9x1500',
  'couchestor_stripes{instance="a",policy="archive",state="degraded"}': '0x1500',
  'couchestor_stripes{instance="a",policy="archive",state="failed"}': '0x1500',
  'couchestor_stripes_endangered{instance="a",policy="archive"}': '0x1500',
  'couchestor_laws_broken_total{instance="a",law="2"}': '0x1500',
  'couchestor_commands_total{command="a",reply="sent"}': '0+1x1500',
  'couchestor_commands_total{command="a",reply="refused"}': '0+0.2x1500',
  [`process_start_time_seconds{${ours}}`]: '1000x1500',
  [`nodejs_eventloop_lag_p99_seconds{${ours}}`]: '0.02x1500',
  [`process_resident_memory_bytes{${ours}}`]: '150000000x1500',
  'process_start_time_seconds{instance="b",job="another"}': '0+60x1500',
  'nodejs_eventloop_lag_p99_seconds{instance="b",job="another"}': '5x1500',
  'process_resident_memory_bytes{instance="b",job="another"}': '900000000x1500',
}
