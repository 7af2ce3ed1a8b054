/** Sixteen bytes that name one coded volume, as 32 hexadecimal digits. */

declare const brand: unique symbol
export type CodedId = string & { readonly [brand]: 'CodedId' }

export const codedIdBytes = 16

export function codedIdOf(bytes: Uint8Array): CodedId {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text as CodedId
}

export function putCodedId(target: Uint8Array, offset: number, volume: CodedId): void {
  for (let place = 0; place < codedIdBytes; place++) {
    target[offset + place] = Number.parseInt(volume.slice(2 * place, 2 * place + 2), 16)
  }
}
