/** What coded volumes made of their requests; at the series grain these are expectations. */
export interface CodedCounts {
  /** Reads for which lost shards were made again from others. */
  degradedReads: number
  journalWrites: number
  journalBytes: number
  /** Stripes that were written whole from the journal. */
  destagedStripes: number
  /** Shards that were patched: old data and parity read, new data and parity written. */
  patchedShards: number
  /** Bytes read and written at the pools to bring writes from the journal to their stripes. */
  destageReadBytes: number
  destageWriteBytes: number
}

export function noCodedCounts(): CodedCounts {
  return {
    degradedReads: 0,
    journalWrites: 0,
    journalBytes: 0,
    destagedStripes: 0,
    patchedShards: 0,
    destageReadBytes: 0,
    destageWriteBytes: 0,
  }
}
