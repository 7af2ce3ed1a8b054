/** What bounds the requests of one volume. */

export const ioTimeoutUs = 30_000_000

/** Requests of one volume that may be in flight; one more waits for the one so many before it. */
export const queueDepth = 128

/** Requests since a volume was last idle from which on it has slots of its own. */
export const crowded = 7

/** Latency of a request that is lost. */
export const givenUp = Number.POSITIVE_INFINITY
