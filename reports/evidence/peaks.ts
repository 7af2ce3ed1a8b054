/** How hot volumes ever got: what watermarks are chosen by. */
import { quantileSeq } from 'mathjs/number'
import type { RunDetail } from '../../src/core/result.js'

/** The highest known heat of every volume, rising; volumes that were never known are left out. */
export function peakHeats(detail: RunDetail): readonly number[] {
  const { volumes, atUs, heatIops } = detail.volumeSeries
  const peaks = new Float64Array(volumes.length).fill(-1)
  for (let row = 0; row < atUs.length; row++) {
    for (let volume = 0; volume < volumes.length; volume++) {
      const heat = heatIops[row * volumes.length + volume]
      if (heat > peaks[volume]) peaks[volume] = heat
    }
  }
  return [...peaks.sort((a, b) => a - b)].filter(peak => peak >= 0)
}

/** The value below which this share of rising values lies; between two, in a straight line. */
export function quantile(rising: readonly number[], part: number): number | null {
  return rising.length === 0 ? null : Number(quantileSeq([...rising], part, true))
}

/** Two leading digits, downward: marks are chosen as people choose them. */
export function roundMark(iops: number): number {
  let step = 1
  while (iops / step >= 100) step *= 10
  return Math.max(1, Math.floor(iops / step) * step)
}
