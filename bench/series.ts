/**
 * A thousand volumes over thirty days of five minutes, one round an interval: the real loop in the
 * whole twin, from the generator to the ledger. `npm run bench:series` writes docs/benchmarks.md.
 */
import { Operators } from '../sim/operators.js'
import { placeVolumes } from '../sim/placement.js'
import { poolTiers } from '../sim/pool-tiers.js'
import { World } from '../sim/world.js'
import { Fleet } from '../traces/fleet.js'
import { median, memoryMiB } from './measure.js'
import { intervalUs, type Month, monthOf } from './month.js'
import { provenance, table, writePart } from './page.js'

const volumes = 1000
const days = 30
const turns = 3
const wantedSeconds = 2

interface Turn {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly migrations: number
  readonly decisions: number
  readonly digest: string
}

async function main(): Promise<void> {
  const month = monthOf(volumes, days, 1)
  const all: Turn[] = []
  for (let turn = 0; turn < turns; turn++) all.push(await runOnce(month))
  const frozen = await runOnce(stillOf(month))
  const wall = all.map(one => one.wallSeconds)
  const { migrations, decisions, digest } = all[0]
  if (all.some(one => one.digest !== digest)) throw new Error('the same seed gave two histories')
  const rows = [
    ['first run of the process, wall', `${wall[0].toFixed(2)} s`],
    [`median of ${turns} runs, wall`, `${median(wall).toFixed(2)} s`],
    [`median of ${turns} runs, CPU`, `${median(all.map(one => one.cpuSeconds)).toFixed(2)} s`],
    ['volumes × intervals', `${volumes} × ${(days * 86_400_000_000) / intervalUs}`],
    ['migrations, decisions told', `${migrations}, ${decisions}`],
    ['CPU with every volume left where it is (Frozen)', `${frozen.cpuSeconds.toFixed(2)} s`],
    ['memory in use afterwards', `${memoryMiB().toFixed(0)} MiB`],
  ]
  // CPU time of one thread: on an idle machine the wall shows the same.
  const isMet = median(all.map(one => one.cpuSeconds)) < wantedSeconds
  const verdict = isMet ? 'holds' : '**missed**'
  const lines = [
    '## Series of a month',
    '',
    `${provenance()} Written by \`npm run bench:series\`.`,
    '',
    ...table(['', ''], rows),
    '',
    `Claim: a run takes less than ${wantedSeconds} s of CPU time: ${verdict}.`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  writePart('series', lines)
}

/** The same month under a policy that moves nothing: what the data path and quiet rounds cost. */
function stillOf(month: Month): Month {
  const policies = month.policies.map(policy => ({
    ...policy,
    spec: { ...policy.spec, algorithm: 'Frozen' as const },
  }))
  return { ...month, policies }
}

async function runOnce(month: Month): Promise<Turn> {
  const { scenario, policies } = month
  const before = process.cpuUsage()
  const beganMs = performance.now()
  const placed = placeVolumes(scenario.volumes, scenario.pools, poolTiers(scenario.pools, policies))
  if (placed.kind === 'impossible') throw new Error(`no room for ${placed.volume.name}`)
  const world = new World({
    scenario,
    policies,
    placement: placed.pools,
    source: new Fleet(month.fleet),
    watched: [],
  })
  const operators = new Operators(world, scenario.loop)
  operators.start()
  await world.engine.run(scenario.untilUs ?? 0)
  if (operators.defect !== null) throw operators.defect
  const { user, system } = process.cpuUsage(before)
  const { entries, hash } = world.history
  return {
    wallSeconds: (performance.now() - beganMs) / 1000,
    cpuSeconds: (user + system) / 1_000_000,
    migrations: world.journal.records().length,
    decisions: entries.filter(entry => entry.kind === 'decision').length,
    digest: hash.digest(),
  }
}

await main()
