/** What a volume's wish rests on. */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatTable, HeatWindow } from './heat.js'
import type { PolicyView, VolumeView } from './landscape.js'
import type { PoolLoads } from './load.js'
import type { Volume } from './model.js'
import type { Past } from './past.js'
import type { JournalShares } from './qualify.js'
import type { PolicyObject } from './resources.js'
import type { VersionAnswer } from './versions.js'

/** What is the same for all volumes of a round. */
export interface Scene {
  readonly nowUs: number
  /** In the order of the landscape’s views. */
  readonly policies: readonly PolicyObject[]
  readonly heat: HeatTable
  readonly version: VersionAnswer
  /** The version as the nodes tell it. */
  readonly versionText: string
  readonly preservationMode: boolean
  /** Tells which pools serve all that they can: then heat is a lower bound. Null: nobody asks. */
  readonly loads: PoolLoads | null
  /** Tells what coding would save. Null: nobody asks. */
  readonly journals: JournalShares | null
  readonly codedFormMounts: boolean
}

export interface WishContext {
  readonly scene: Scene
  readonly view: VolumeView
  readonly policy: PolicyView
  readonly memory: VolumeMemory
  readonly past: Past
}

/**
 * Index of the volume in its policy's window, remembered: looking it up costs more than using it.
 */
export function heatIndex(window: HeatWindow, volume: Volume, memory: VolumeMemory): number {
  if (memory.heatIndex < 0 || memory.heatWindowUs !== window.windowUs) {
    memory.heatIndex = window.indexOf(volume.id)
    memory.heatWindowUs = window.windowUs
  }
  return memory.heatIndex
}
