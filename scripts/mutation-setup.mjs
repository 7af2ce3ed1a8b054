// Under mutation a property is asked fewer times, always the same ones, and nothing is shrunk.
import fc from 'fast-check'

fc.configureGlobal({ seed: 20260105, numRuns: 20, endOnFailure: true })
