/**
 * So many bytes of one answer are taken, whoever sends it. A pod that is killed for its memory
 * tells nobody why; an answer that is too large is told.
 */
import { getHeapStatistics } from 'node:v8'

const mostOnAnyMachine = 268_435_456

export const mostAnswerBytes = Math.min(
  mostOnAnyMachine,
  Math.floor(getHeapStatistics().heap_size_limit / 4),
)
