/** Whether parity fits its data: it is made again beside what is there. */
import { parityShards } from '../core/code.js'
import type { Codec, CodeWord } from './codec.js'

/** One answer a word. The words are afterwards as they were. */
export async function fitsParity(
  codec: Codec,
  words: readonly CodeWord[],
): Promise<readonly boolean[]> {
  const parities = words.map(word => parityOf(codec, word))
  const before = parities.map(parity => Buffer.from(parity))
  await codec.encode(words)
  const fits = parities.map((parity, place) => before[place].equals(parity))
  parities.forEach((parity, place) => {
    if (!fits[place]) parity.set(before[place])
  })
  return fits
}

function parityOf(codec: Codec, word: CodeWord): Uint8Array {
  const { offsetBytes, blockBytes } = word
  const from = offsetBytes + codec.code.dataShards * blockBytes
  return new Uint8Array(codec.memory.buffer, from, parityShards(codec.code) * blockBytes)
}
