/**
 * Bytes that come in parts, as one text. They are copied into blocks at once: of a body that comes
 * in chunks of a few bytes, each part that was kept takes many times what is in it. Blocks are not
 * moved as more comes, and are let go one by one as they become text, so that at no time there are
 * more copies of it than two.
 */
import { StringDecoder } from 'node:string_decoder'
import { type GatheredTogether, type Gathering, inThisProcess } from './gathered-together.js'

export class GatheredText implements Gathering {
  private blocks: Buffer[] = []
  /** Of the last block. */
  private used = 0
  private before = 0
  private isTooMuch = false

  constructor(private readonly together: GatheredTogether = inThisProcess) {}

  get bytes(): number {
    return this.before + this.used
  }

  /** It was the largest when all together became too much: what it had is gone, and so it stays. */
  get isGivenUp(): boolean {
    return this.isTooMuch
  }

  add(part: Buffer): void {
    let from = 0
    while (from < part.length && !this.isTooMuch) {
      const block = this.blockFor(part.length - from)
      const copied = part.copy(block, this.used, from)
      this.used += copied
      from += copied
    }
    this.together.has(this)
  }

  /** All of it; what is added afterwards begins anew. */
  take(): string {
    const last = this.blocks.pop()?.subarray(0, this.used)
    const decoder = new StringDecoder('utf8')
    const texts: string[] = []
    this.blocks.reverse()
    for (let block = this.blocks.pop(); block !== undefined; block = this.blocks.pop()) {
      texts.push(decoder.write(block))
    }
    texts.push(decoder.end(last))
    this.drop()
    return texts.length === 1 ? (texts[0] ?? '') : texts.join('')
  }

  /** Whoever ends before its text does. */
  drop(): void {
    this.blocks = []
    this.used = 0
    this.before = 0
    this.together.hasNothing(this)
  }

  giveUp(): void {
    this.isTooMuch = true
    this.drop()
  }

  /** As long as all that there is already, so that there are few of them. */
  private blockFor(wanted: number): Buffer {
    const last = this.blocks[this.blocks.length - 1]
    if (last !== undefined && this.used < last.length) return last
    this.before += this.used
    this.used = 0
    const block = Buffer.allocUnsafe(Math.min(longestBlock, Math.max(wanted, this.before)))
    this.blocks.push(block)
    return block
  }
}

const longestBlock = 1_048_576
