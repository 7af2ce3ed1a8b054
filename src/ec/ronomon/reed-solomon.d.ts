/** The part of @ronomon/reed-solomon that is used here; the package ships no types. */
declare module '@ronomon/reed-solomon' {
  interface ReedSolomon {
    readonly MAX_K: number
    readonly MAX_M: number
    create(dataShards: number, parityShards: number): Buffer
    encode(
      context: Buffer,
      sources: number,
      targets: number,
      data: Uint8Array,
      dataOffset: number,
      dataBytes: number,
      parity: Uint8Array,
      parityOffset: number,
      parityBytes: number,
      done: (error?: Error) => void,
    ): void
  }

  const reedSolomon: ReedSolomon
  export default reedSolomon
}
