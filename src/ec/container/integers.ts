/** Little-endian integers of 64 bits as JavaScript's numbers: exact up to 2⁵³. */

const half = 4_294_967_296

/** One of 2⁵³ or more comes out as some number that is no safe integer, and so equals no other. */
export function getWide(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * half
}

export function setWide(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % half, true)
  view.setUint32(offset + 4, Math.floor(value / half), true)
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
