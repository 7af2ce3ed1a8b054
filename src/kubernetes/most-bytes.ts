/**
 * So many bytes are taken of one answer, and of all that come at the same time, whoever sends them.
 * A pod that is killed for its memory tells nobody why; an answer that is too large is told. While
 * it becomes text there are two copies of it, and then what is in it takes several times as much.
 */
import { getHeapStatistics } from 'node:v8'

const mostOnAnyMachine = 268_435_456
const heapBytes = getHeapStatistics().heap_size_limit

export const mostAnswerBytes = Math.min(mostOnAnyMachine, Math.floor(heapBytes / 8))

export const mostBytesTogether = 2 * mostAnswerBytes
