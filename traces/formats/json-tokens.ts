/**
 * JSON in pieces: tokens come out as the bytes come in, so that a document larger than memory can
 * be read. It tells tokens apart; whether they make sense in their order is the reader's to say.
 */

export type Token =
  | { readonly kind: 'punctuation'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }

export class JsonProblem extends Error {
  constructor(
    message: string,
    readonly byte: number,
  ) {
    super(message)
  }
}

const quote = 34
const backslash = 92
/** No key and no value of a query's answer is longer. */
const longestToken = 1 << 20

export class JsonTokens {
  /** Bytes that were taken before this push. */
  private base = 0
  private rest = Buffer.alloc(0)

  /** Gives each token that is whole to `take`, with the byte at which it begins. */
  push(chunk: Uint8Array, take: (token: Token, byte: number) => void): void {
    const bytes = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk])
    let at = 0
    while (at < bytes.length) {
      const next = this.token(bytes, at, take)
      if (next < 0) break
      at = next
    }
    this.rest = bytes.subarray(at)
    this.base += at
    if (this.rest.length > longestToken) {
      throw new JsonProblem('a text is longer than 1 MiB', this.base)
    }
  }

  /** The end of the bytes: answers whether the last token is whole. */
  end(take: (token: Token, byte: number) => void): boolean {
    if (this.rest.length === 0) return true
    this.push(Buffer.from(' '), take)
    return this.rest.length === 0
  }

  /** How many bytes have gone into tokens. */
  get taken(): number {
    return this.base
  }

  /** Where the next token begins, or -1 when this one is not whole yet. */
  private token(bytes: Buffer, at: number, take: (token: Token, byte: number) => void): number {
    const byte = bytes[at]
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) return at + 1
    if (byte === quote) return this.text(bytes, at, take)
    if (isPunctuation(byte)) {
      take({ kind: 'punctuation', text: String.fromCharCode(byte) }, this.base + at)
      return at + 1
    }
    let end = at
    while (end < bytes.length && isBare(bytes[end])) end += 1
    if (end === at) throw new JsonProblem('this is no JSON', this.base + at)
    if (end === bytes.length) return -1
    const text = bytes.toString('latin1', at, end)
    const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)
    if (!isNumber && text !== 'null' && text !== 'true' && text !== 'false') {
      throw new JsonProblem(`${JSON.stringify(text.slice(0, 40))} is no JSON`, this.base + at)
    }
    take({ kind: isNumber ? 'number' : 'word', text }, this.base + at)
    return end
  }

  private text(bytes: Buffer, at: number, take: (token: Token, byte: number) => void): number {
    let isPlain = true
    for (let end = at + 1; end < bytes.length; end++) {
      if (bytes[end] === backslash) {
        isPlain = false
        end += 1
      } else if (bytes[end] === quote) {
        const text = bytes.toString('utf8', at + 1, end)
        take({ kind: 'string', text: isPlain ? text : this.unescaped(text, at) }, this.base + at)
        return end + 1
      }
    }
    return -1
  }

  private unescaped(text: string, at: number): string {
    try {
      return String(JSON.parse(`"${text}"`))
    } catch {
      throw new JsonProblem('a text has an escape that JSON does not know', this.base + at)
    }
  }
}

function isPunctuation(byte: number): boolean {
  return byte === 123 || byte === 125 || byte === 91 || byte === 93 || byte === 44 || byte === 58
}

/** Letters, digits, and the signs that numbers have. */
function isBare(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 43 ||
    byte === 45 ||
    byte === 46
  )
}
