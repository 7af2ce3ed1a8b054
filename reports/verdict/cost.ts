/** What the policy costs against the baseline: in money, or in bytes and operations without it. */
import { tiers } from '../../src/core/model.js'
import type { RunResult } from '../../src/core/result.js'
import { delayed, heldBack } from '../evidence/waits.js'
import { bytes, change, count, money, share } from '../figures.js'
import { candidates, inWords, type Run, type Runs, shortName } from '../run.js'
import type { Statement } from '../statement.js'
import { listed, strong, type Text } from '../text.js'

export function cost(runs: Runs): Statement {
  const { judged, baseline } = runs
  const own = judged.result.cost
  const base = baseline?.result.cost ?? null
  if (baseline === null) return alone(judged)
  if (nothingMoved(judged.result)) return nothingWorthMoving(judged)
  if (own === null || base === null) return inBytes(runs, baseline, 'No prices are given. ')
  if (own.model === 'owned') {
    const paid = `${money(own.perMonth, own.currency)} a month, used or not`
    const said = `The hardware is bought (${paid}): moving saves no cash. `
    return inBytes(runs, baseline, said)
  }
  const difference = change(base.perMonth, own.perMonth)
  const percent = difference === null ? '' : ` (${difference}, moving included)`
  return {
    topic: 'cost',
    mark: losesRequests(judged.result) ? 'bad' : markOf(base.perMonth - own.perMonth, runs),
    text: [
      `${subject(runs)} costs `,
      strong(`${money(own.perMonth, own.currency)} a month`),
      ` against ${money(base.perMonth, base.currency)} ${inWords(baseline)}`,
      strong(percent),
      '.',
      ...price(judged.result),
    ],
  }
}

/** In a sweep the first of its settings is the one that is told of. */
function subject(runs: Runs): string {
  return candidates(runs).length > 1 ? shortName(runs.judged.result.name) : 'This policy'
}

/** Money saved is good news only while volumes are not far slower for it. */
function markOf(saved: number, runs: Runs): Statement['mark'] {
  if (saved < 0) return 'bad'
  return saved > 0 && !isFarSlower(runs) ? 'good' : 'plain'
}

function isFarSlower({ judged, baseline }: Runs): boolean {
  const own = judged.result.latencyUs.all
  const base = baseline?.result.latencyUs.all
  if (base === undefined) return false
  const [after, before] = own.p99 === null ? [own.mean, base.mean] : [own.p99, base.p99]
  return after !== null && before !== null && after > 10 * before
}

/** Cheap is no good news when requests are lost. */
function losesRequests(result: RunResult): boolean {
  return result.lostRequests * 1000 > result.servedRequests + result.lostRequests
}

function price(result: RunResult): Text {
  if (!losesRequests(result)) return []
  const part = result.lostRequests / (result.servedRequests + result.lostRequests)
  return [' It loses ', strong(`${share(part)} of all requests`), '.']
}

function nothingMoved(result: RunResult): boolean {
  return result.migrations.decided === 0 && result.migrations.movedBytes === 0
}

function nothingWorthMoving(judged: Run): Statement {
  const { cost: own } = judged.result
  const wanted = heldBack(judged.detail).volumes + delayed(judged.detail).volumes
  const words =
    wanted > 0
      ? 'Nothing moved: what wanted to move could not.'
      : 'Nothing worth moving: every volume stayed on the tier where it stood.'
  const said = own === null ? '' : ` It costs ${money(own.perMonth, own.currency)} a month.`
  return { topic: 'cost', mark: 'plain', text: [strong(words), said] }
}

function alone(judged: Run): Statement {
  const { cost: own } = judged.result
  const said =
    own === null
      ? ['No prices are given, so there is no cost.']
      : ['This policy costs ', strong(`${money(own.perMonth, own.currency)} a month`), '.']
  const hint = ' It ran alone: with --against frozen there is something to compare it with.'
  return { topic: 'cost', mark: 'plain', text: [...said, hint] }
}

/** Without prices, or where they are sunk: capacity and operations speak. */
function inBytes(runs: Runs, baseline: Run, begin: string): Statement {
  const { judged } = runs
  const freed = judged.result.capacityFreedBytes
  const parts = tiers.flatMap(tier => {
    if (freed[tier] === 0) return []
    const word = freed[tier] > 0 ? 'frees' : 'takes'
    return [
      `${word} ${bytes(Math.abs(freed[tier]))} ${word === 'frees' ? 'of' : 'more on'} ${tier}`,
    ]
  })
  const own = meanIops(judged)
  const base = meanIops(baseline)
  const load =
    own === null || base === null ? '' : `: hot pools serve ${count(base)} → ${count(own)} IOPS`
  const said = parts.length === 0 ? 'frees no capacity' : listed(parts)
  return {
    topic: 'cost',
    mark: freed.hot > 0 && !isFarSlower(runs) ? 'good' : 'plain',
    text: [begin, 'The policy ', strong(said), ` against ${against(baseline)}${load}.`],
  }
}

function against(baseline: Run): string {
  return inWords(baseline)
    .replace(/^with /, '')
    .replace(/^in /, '')
}

/** Mean operations a second on the hot pools. */
function meanIops(run: Run): number | null {
  const rows = run.detail.tierSeries.filter(row => row.tier === 'hot')
  if (rows.length < 2) return null
  return rows.slice(1).reduce((sum, row) => sum + row.iops, 0) / (rows.length - 1)
}
