/**
 * What each version of Mayastor can and cannot do: one row a version, the only place where a
 * version is compared. Sources: mayastor-control-plane #906/#916 (2.8: topology mismatch first),
 * #968 (2.9: a cordoned node's replica first), #1002/#1004 (2.10: pool cordon).
 */

export interface VersionRow {
  readonly version: string
  /** A node's cordon decides which healthy replica a scale-down removes. */
  readonly steersVictim: boolean
  /**
   * How a destination can be kept from Mayastor's choice: not at all, by nodes, or by pools too.
   */
  readonly steersDestination: 'nothing' | 'nodes' | 'pools'
  /** A replica whose pool does not fit the volume's topology is removed before the others. */
  readonly removesMismatchFirst: boolean
  /** A volume with snapshots may be scaled up. */
  readonly scalesSnapshotted: boolean
  /** Replies tell whether a replica is healthy. */
  readonly tellsHealthy: boolean
  /**
   * A volume of an affinity group may go back to one replica where no other replica's node clashes.
   */
  readonly affinityGroupToOne: boolean
}

/**
 * Oldest first. A version newer than the last row is taken for the last one, and a condition says
 * so.
 */
export const versionRows: readonly VersionRow[] = [
  row('2.7', false, 'nothing', false, false, false),
  row('2.8', false, 'nothing', true, false, false),
  row('2.9', true, 'nodes', true, false, false),
  row('2.10', true, 'pools', true, true, true),
]

/**
 * Volumes that are reached through MayastorVolume objects alone, whatever Mayastor stands behind:
 * they carry a number of replicas, and neither cordons nor a version.
 */
export const behindObjects: VersionRow = row(
  'behind MayastorVolume objects',
  false,
  'nothing',
  false,
  false,
  false,
)

function row(
  version: string,
  steersVictim: boolean,
  steersDestination: VersionRow['steersDestination'],
  removesMismatchFirst: boolean,
  tellsHealthy: boolean,
  affinityGroupToOne: boolean,
): VersionRow {
  return {
    version,
    steersVictim,
    steersDestination,
    removesMismatchFirst,
    scalesSnapshotted: true,
    tellsHealthy,
    affinityGroupToOne,
  }
}

/** Whether cordons can choose both who comes and who goes. */
export function isSteered(row: VersionRow): boolean {
  return row.steersVictim && row.steersDestination !== 'nothing'
}

export type VersionAnswer =
  | { readonly kind: 'known'; readonly row: VersionRow }
  | { readonly kind: 'newer'; readonly row: VersionRow }
  | { readonly kind: 'too-old' }
  | { readonly kind: 'unreadable' }

/** The row for a version such as `2.10.0` or `v2.9.1`. */
export function versionRow(text: string): VersionAnswer {
  if (text === behindObjects.version) return { kind: 'known', row: behindObjects }
  const match = /^v?(\d+)\.(\d+)(?:[.+-].*)?$/.exec(text)
  if (match === null) return { kind: 'unreadable' }
  const major = Number(match[1])
  const minor = Number(match[2])
  const newest = versionRows[versionRows.length - 1]
  const oldest = versionRows[0]
  const wanted = `${major}.${minor}`
  const known = versionRows.find(candidate => candidate.version === wanted)
  if (known !== undefined) return { kind: 'known', row: known }
  if (isBefore(wanted, oldest.version)) return { kind: 'too-old' }
  return { kind: 'newer', row: newest }
}

function isBefore(left: string, right: string): boolean {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number)
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number)
  return leftMajor < rightMajor || (leftMajor === rightMajor && leftMinor < rightMinor)
}
