/** Names of volumes in the order in which they are met. */
import { refuse } from './problem.js'

/** More than any cluster has: a column that is no volume has been taken for one. */
const mostVolumes = 4_194_304

export class VolumeNames {
  readonly names: string[] = []
  private readonly indexes = new Map<string, number>()

  indexOf(name: string): number {
    const known = this.indexes.get(name)
    if (known !== undefined) return known
    const index = this.names.length
    if (index === mostVolumes) {
      const message = `the trace has more than ${mostVolumes} volumes`
      const hint = 'check which column names the volume (--columns)'
      throw refuse('TRACE_ROW', message, {}, hint)
    }
    this.indexes.set(name, index)
    this.names.push(name)
    return index
  }
}
