/** Bytes that look like chance and come from one number: xorshift, its output multiplied. */
export function fillPayload(bytes: Uint8Array, seed: number): void {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = Math.imul(state, 0x2545f491) >>> 24
  }
}
