/**
 * The border between the modelled control plane and the modelled data path. The control plane says
 * where replicas stand and what is copied; the data path moves requests and chunks over devices.
 * Volumes and pools are indexes here: the scenario's order, for as long as a world lives.
 */

/** Where the requests of one volume go. */
export interface Route {
  /** False: nobody can use the volume, and its requests are lost. */
  readonly published: boolean
  /** Pools of the healthy replicas: a read goes to one of them in turn. */
  readonly readable: readonly number[]
  /** Pools that take every write: the readable ones and those that are being rebuilt. */
  readonly writable: readonly number[]
}

/** One rebuild: chunks read from the source and written to the target, in closed loop. */
export interface Copy {
  readonly id: number
  readonly sourcePool: number
  readonly targetPool: number
  readonly bytes: number
}

export interface FinishedCopy {
  readonly id: number
  readonly atUs: number
}

export interface DataPath {
  setRoute(volume: number, route: Route): void
  /** A pool that is down answers nothing: its copies stand still until they are stopped. */
  setPoolDown(pool: number, down: boolean): void
  startCopy(copy: Copy, atUs: number): void
  stopCopy(id: number): void
  copiedBytes(id: number): number
  /**
   * Replays everything up to and including `untilUs`, or up to the first copy that finishes before
   * it, which is returned so that the control plane acts at that instant; call again to go on.
   */
  advance(untilUs: number): FinishedCopy | null
}
