/** What a preview says: volumes that would move now, and the rest that wants to by its reason. */
import { remedy } from '../../../reports/reason-text.js'
import type { RoundOutput } from '../../core/decide.js'
import type { Decision } from '../../core/decision.js'
import type { Volume } from '../../core/model.js'

export interface PreviewedVolume {
  /** The PersistentVolume. */
  readonly volume: string
  /** `namespace/name`; null where no claim is bound to it. */
  readonly claim: string | null
  /** Operations a second; null is unknown. */
  readonly heat: number | null
  readonly coverage: number | null
  readonly from: string
  readonly to: string | null
  readonly reason: string
  readonly bytes: number
  readonly expectedDurationS: number | null
}

export interface BlockedGroup {
  readonly volumes: number
  readonly bytes: number
  readonly remedy: string
}

export interface Preview {
  readonly volumes: readonly PreviewedVolume[]
  readonly blocked: Readonly<Record<string, BlockedGroup>>
}

export function previewOf(output: RoundOutput): Preview {
  const { decisions, landscape, starts } = output
  const volumeOf = (decision: Decision): Volume | null => {
    const place = landscape.volumePlaces.get(decision.volume)
    return place === undefined ? null : landscape.volumes[place].volume
  }
  const durations = new Map(starts.map(start => [start.volume, start.expectedDurationUs]))
  const volumes = decisions.flatMap(decision => {
    const volume = decision.verdict === 'move' ? volumeOf(decision) : null
    const expectedUs = durations.get(decision.volume) ?? null
    return volume === null ? [] : [previewed(decision, volume, expectedUs)]
  })
  const blocked = new Map<string, BlockedGroup>()
  for (const decision of decisions) {
    const volume = decision.verdict === 'blocked' ? volumeOf(decision) : null
    if (volume === null) continue
    const before = blocked.get(decision.reason)
    blocked.set(decision.reason, {
      volumes: (before?.volumes ?? 0) + 1,
      bytes: (before?.bytes ?? 0) + volume.sizeBytes,
      remedy: before?.remedy ?? remedy(decision),
    })
  }
  return {
    volumes: volumes.sort((one, other) => (one.volume < other.volume ? -1 : 1)),
    blocked: Object.fromEntries([...blocked].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

function previewed(
  { heatIops, coverage, from, to, reason }: Decision,
  { name, claim, sizeBytes }: Volume,
  expectedUs: number | null,
): PreviewedVolume {
  return {
    volume: name,
    claim: claim === null ? null : `${claim.namespace}/${claim.name}`,
    heat: heatIops,
    coverage,
    from,
    to,
    reason,
    bytes: sizeBytes,
    expectedDurationS: expectedUs === null ? null : expectedUs / 1_000_000,
  }
}
