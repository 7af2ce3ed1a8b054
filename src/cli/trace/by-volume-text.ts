/** The table of `trace inspect --by volume` for people. */
import { formatDuration } from '../../core/duration.js'
import type { ByVolume, PolicyMarks } from './by-volume.js'
import { grouped } from './figures.js'

const shownVolumes = 40

export function byVolumeText(volumes: ByVolume): string {
  const rows = volumes.byVolume
    .slice(0, shownVolumes)
    .map(load => [
      load.volume,
      grouped(Math.round(load.requests)),
      figure(load.meanIops),
      figure(load.p95Iops),
      figure(load.peakIops),
      grouped(load.quietHours),
    ])
  const hidden = volumes.byVolume.length - rows.length
  const window = formatDuration(volumes.windowUs)
  return [
    `  by volume, IOPS in windows of ${window}; a quiet hour has less than one operation a second`,
    ...table([['volume', 'requests', 'mean', 'p95', 'peak', 'quiet hours'], ...rows]),
    ...(hidden > 0 ? [`  and ${grouped(hidden)} more: --json has them all`] : []),
    ...volumes.policies.flatMap(policyLines),
  ].join('\n')
}

function policyLines(policy: PolicyMarks): readonly string[] {
  const window = formatDuration(policy.samplingWindowUs)
  const short = policy.isShort ? ', but the trace is shorter: its mean' : ''
  return [
    `  policy ${policy.policy}: heat over ${window}${short}`,
    ...policy.marks.map(({ mark, iops, volumes }) => {
      const how = mark === 'low' ? 'at or below' : 'at or above'
      const who = volumes === 1 ? '1 volume was' : `${grouped(volumes)} volumes were`
      return `    ${mark.padEnd(4)} ${grouped(iops)} IOPS: ${who} ever ${how} it`
    }),
  ]
}

function figure(iops: number): string {
  return iops >= 100 ? grouped(Math.round(iops)) : String(iops)
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows.map(row => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    )
    return `  ${cells.join('  ')}`
  })
}
