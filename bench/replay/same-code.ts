/**
 * That the replay measured here is the one that `simulate` runs: one scenario through the command
 * line, and once more through a twin put together here, whose data path is this replay. Their
 * histories, latency counts included, have one hash.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { planRun, policiesOf } from '../../sim/baselines.js'
import { openWorkload } from '../../sim/open-workload.js'
import { Operators } from '../../sim/operators.js'
import { RequestReplay } from '../../sim/replay/request-replay.js'
import { hashCounts } from '../../sim/results/hash-counts.js'
import { parseScenario } from '../../sim/scenario/parse-scenario.js'
import { watchedVolumes } from '../../sim/watched.js'
import { World } from '../../sim/world.js'
import { untold } from '../../traces/unfinished.js'
import { RepeatedWindow } from './fleet.js'

const volumes = 40
const rows = 50_000
/** A twelfth of a second of the benchmark's rows, drawn out to an hour and a half. */
const slowedDown = 65_536
const program = 'dist/src/cli/start.cjs'

export interface Hashes {
  readonly ofSimulate: string
  readonly ofThisReplay: string
}

export async function bothHashes(): Promise<Hashes> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couchestor-bench-'))
  try {
    const trace = path.join(folder, 'rows.csv')
    writeFileSync(trace, rowsAsText())
    const document = documentOf(trace)
    // JSON is YAML.
    const file = path.join(folder, 'same-code.yaml')
    writeFileSync(file, JSON.stringify(document))
    return { ofSimulate: hashOfSimulate(file, folder), ofThisReplay: await hashHere(document) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsAsText(): string {
  const source = new RepeatedWindow(rows, volumes)
  const lines: string[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      const atUs = batch.timeUs[row] * slowedDown
      const operation = batch.operation[row] === 1 ? 'W' : 'R'
      lines.push(
        [atUs, batch.volume[row], operation, batch.offsetLow[row], batch.lengthBytes[row]].join(),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function documentOf(trace: string): Record<string, unknown> {
  const devices = { hot: 'nvme-gen4', warm: 'sas-ssd', cold: 'hdd-7200' }
  const pools = Object.entries(devices).map(([tier, device], index) => ({
    name: tier,
    count: 4,
    firstNode: 4 * index,
    device,
    capacity: '4TiB',
    labels: { 'storage-tier': tier },
  }))
  const columns = 'time=1:us,volume=2,op=3,offset=4:bytes,length=5:bytes'
  return {
    schema: 'couchestor.scenario/v1',
    seed: 1,
    until: '90m',
    cluster: {
      mayastor: '2.10',
      pools,
      volumes: [{ name: 'volume', count: volumes, size: '10GiB', replicas: 3, place: 'warm' }],
    },
    workload: [{ trace, columns, spread: { over: 'volume', by: 'volume' } }],
    loop: { roundInterval: '60s', scrapeInterval: '15s' },
  }
}

function hashOfSimulate(file: string, folder: string): string {
  const out = path.join(folder, 'out')
  const answer = execFileSync(
    process.execPath,
    [program, 'simulate', file, '--json', '--against', 'frozen', '--out', out],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return JSON.parse(answer).runs[0].historyHash
}

async function hashHere(document: unknown): Promise<string> {
  const parsed = parseScenario(document, 'same-code')
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join('; '))
  const scenario = parsed.value
  const planned = planRun(scenario, 'same-code', policiesOf(scenario))
  if (planned.kind === 'impossible') throw new Error(`no room for ${planned.volume.name}`)
  const { policies, placement } = planned.plan
  const source = await openWorkload(scenario, trace => trace, untold)
  const watched = watchedVolumes(scenario, source)
  const world = new World({ scenario, policies, placement, source, watched })
  if (!(world.replay instanceof RequestReplay)) throw new Error('the twin replays another way')
  new Operators(world, scenario.loop).start()
  await world.engine.run(scenario.startUs + (scenario.untilUs ?? 0))
  source.close()
  hashCounts(world.history.hash, world.replay.tally)
  return world.history.hash.digest()
}
