/** What was decided, by reason: how often, about how many volumes, and what the words mean. */
import { type ReasonCode, reasons } from '../../src/core/reasons.js'
import type { DecisionRow } from '../../src/core/result.js'
import { count } from '../figures.js'
import { says } from '../reason-text.js'
import type { Run } from '../run.js'
import { numbers, sentences, type Table, words } from '../table.js'

interface Tally {
  readonly volumes: Set<string>
  decisions: number
  example: DecisionRow
}

const order = ['move', 'blocked', 'stay']

export function decisionsByReason(run: Run): Table {
  const tallies = new Map<ReasonCode, Tally>()
  for (const row of run.detail.decisions) {
    const own = tallies.get(row.reason) ?? { volumes: new Set(), decisions: 0, example: row }
    own.volumes.add(row.volume)
    own.decisions += 1
    tallies.set(row.reason, own)
  }
  const kind = (reason: ReasonCode): number => order.indexOf(reasons[reason].verdict)
  const sorted = [...tallies].sort(
    ([a, one], [b, other]) =>
      kind(a) - kind(b) || other.decisions - one.decisions || (a < b ? -1 : 1),
  )
  return {
    id: 'decisions',
    title: 'Decisions by reason',
    note: 'A decision is counted when it differs from the volume’s last one.',
    columns: [
      words('Verdict'),
      words('Reason'),
      numbers('Volumes'),
      numbers('Decisions'),
      sentences('For instance'),
    ],
    rows: sorted.map(([reason, tally]) => [
      tally.example.verdict,
      reason,
      count(tally.volumes.size),
      count(tally.decisions),
      `${tally.example.volume}: ${says(tally.example)}`,
    ]),
    left: 0,
  }
}
