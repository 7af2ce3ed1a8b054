/** Bytes that look like chance and come from one number (xorshift, Marsaglia 2003). */
export function fillPayload(bytes: Uint8Array, seed: number): void {
  let state = (seed ^ 0x9e3779b9) | 1
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 8
  }
}
