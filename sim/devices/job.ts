/**
 * The request in hand, as cells of one array: a call whose arguments are fractions or large times
 * makes an object for each of them, which costs more than the visit. Times are microseconds since
 * the run's start.
 */

/** When it comes to the stations; later than it arrived, if it waited for room in its queue. */
export const jobAt = 0
export const jobBytes = 1
export const jobOffset = 2
/** What a visit answers: when it is done. */
export const jobDone = 3
export const jobArrived = 4
/** When it leaves its slot of the volume's queue: done, or given up. */
export const jobRelease = 5
/** From arrival to completion. */
export const jobLatency = 6
export const jobCells = 7
