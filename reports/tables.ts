/**
 * What stands behind the verdict, volume by volume: slower, flapping, blocked, held back by a
 * cooldown.
 */
import { flappingVolumes } from './evidence/flapping.js'
import { slowdowns, slowHours } from './evidence/slower.js'
import { knownHeatShare, waitsByReason } from './evidence/waits.js'
import { bytes, change, count, duration, latency, missing, short } from './figures.js'
import { remedy, says } from './reason-text.js'
import type { ReportInput, Run, Runs } from './run.js'
import { runsOf } from './run.js'
import { numbers, sentences, type Table, words } from './table.js'

/** Rows that a table shows at the most. */
const mostRows = 20

/** Those that have something to say, in the order of the verdict. */
export function tables(input: ReportInput): readonly Table[] {
  const runs = runsOf(input)
  const all = [slower(runs), flapping(runs.judged), blocked(runs.judged), coolingDown(runs.judged)]
  return all.filter(table => table.rows.length > 0)
}

function slower(runs: Runs): Table {
  const rows = slowdowns(runs.judged)
  const isMean = rows.some(row => row.figure === 'mean')
  const figure = isMean ? 'Mean' : 'p99'
  const baseline = runs.baseline?.result.name ?? 'baseline'
  return cut({
    id: 'slower',
    title: 'Slower volumes',
    note: `The worst first, against the run ${baseline}. Hours are UTC.`,
    columns: [
      words('Volume'),
      numbers(`${figure} before`),
      numbers(`${figure} after`),
      numbers('Change'),
      words('When'),
    ],
    rows: rows.map(row => [
      row.volume,
      latency(row.fromUs),
      latency(row.toUs),
      times(row.fromUs, row.toUs),
      slowHours(row.volume, runs) ?? 'all day',
    ]),
    left: Math.max(0, (runs.judged.result.slowerVolumes ?? 0) - rows.length),
  })
}

/** Far from before a factor is read faster than a percentage. */
function times(fromUs: number, toUs: number): string {
  if (fromUs > 0 && toUs >= fromUs * 3) return `× ${short(toUs / fromUs)}`
  return change(fromUs, toUs) ?? missing
}

function flapping(run: Run): Table {
  const rows = flappingVolumes(run.detail.migrations)
  return cut({
    id: 'flapping',
    title: 'Volumes that flap',
    note: 'They moved one way and were back within 48 hours.',
    columns: [
      words('Volume'),
      numbers('Reversals'),
      numbers('Moves'),
      numbers('Moved'),
      numbers('Shortest stay'),
    ],
    rows: rows.map(row => [
      row.volume,
      count(row.reversals.length),
      count(row.migrations),
      bytes(row.movedBytes),
      duration(row.reversals.reduce((least, one) => Math.min(least, one.gapUs), Infinity)),
    ]),
    left: 0,
  })
}

function blocked(run: Run): Table {
  // Until the first window is full nobody's heat is known: that is no obstacle.
  const isBeginning = knownHeatShare(run.detail) === 1
  const waits = waitsByReason(run.detail).filter(
    wait =>
      (wait.totalUs > 0 || wait.atEnd > 0) && !(isBeginning && wait.reason === 'unknown-heat'),
  )
  return cut({
    id: 'blocked',
    title: 'Blocked, by reason',
    note: 'Words and remedy are those of the decision that stood longest.',
    columns: [
      words('Reason'),
      numbers('Volumes'),
      numbers('At the end'),
      numbers('Waited in all'),
      sentences('For instance'),
      sentences('What would change it'),
    ],
    rows: waits.map(wait => [
      wait.reason,
      count(wait.volumes),
      count(wait.atEnd),
      duration(wait.totalUs),
      `${wait.longest.volume}: ${says(wait.longest)}`,
      remedy(wait.longest),
    ]),
    left: 0,
  })
}

function coolingDown(run: Run): Table {
  const held = run.detail.volumes.filter(volume => volume.heldBackByCooldownUs > 0)
  const rows = [...held].sort(
    (a, b) => b.heldBackByCooldownUs - a.heldBackByCooldownUs || (a.volume < b.volume ? -1 : 1),
  )
  return cut({
    id: 'cooldown',
    title: 'On a slower tier because of a cooldown',
    note: 'Their heat asked for a faster tier, and they had just moved.',
    columns: [words('Volume'), numbers('Waited'), numbers('Moves'), words('Ended on')],
    rows: rows.map(row => [
      row.volume,
      duration(row.heldBackByCooldownUs),
      count(row.migrations),
      row.finalTier,
    ]),
    left: 0,
  })
}

function cut(table: Table): Table {
  const over = Math.max(0, table.rows.length - mostRows)
  return { ...table, rows: table.rows.slice(0, mostRows), left: table.left + over }
}
