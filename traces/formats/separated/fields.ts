/** The fields of one line, as places in its bytes: nothing is copied. */

/** The separating byte; null is any run of spaces and tabs. */
export type Separator = number | null

const comma = 44
const semicolon = 59
const tab = 9
const space = 32
const carriageReturn = 13
const hash = 35

export function separatorOf(line: string): Separator {
  if (line.includes(',')) return comma
  if (line.includes(';')) return semicolon
  return line.includes('\t') ? tab : null
}

export class Fields {
  count = 0
  bytes: Buffer = Buffer.alloc(0)
  private starts = new Int32Array(64)
  private ends = new Int32Array(64)

  constructor(public separator: Separator) {}

  /** Whether a line is neither blank nor a comment. */
  isRow(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    while (at < end && isBlank(bytes[at])) at += 1
    return at < end && bytes[at] !== hash
  }

  split(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes
    this.count = 0
    const { separator } = this
    if (separator === null) this.splitBlanks(bytes, start, end)
    else {
      let from = start
      for (let at = start; at < end; at++) {
        if (bytes[at] !== separator) continue
        this.push(from, at)
        from = at + 1
      }
      this.push(from, end)
    }
  }

  start(column: number): number {
    return this.starts[column - 1]
  }

  end(column: number): number {
    return this.ends[column - 1]
  }

  text(column: number): string {
    return this.bytes.toString('utf8', this.starts[column - 1], this.ends[column - 1])
  }

  texts(): readonly string[] {
    return Array.from({ length: this.count }, (_, index) => this.text(index + 1))
  }

  private splitBlanks(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      while (at < end && isBlank(bytes[at])) at += 1
      const from = at
      while (at < end && !isBlank(bytes[at])) at += 1
      if (at > from) this.push(from, at)
    }
  }

  /** Blanks around a field do not belong to it. */
  private push(from: number, to: number): void {
    let start = from
    let end = to
    while (start < end && isBlank(this.bytes[start])) start += 1
    while (end > start && isBlank(this.bytes[end - 1])) end -= 1
    if (this.count === this.starts.length) this.grow()
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.count += 1
  }

  private grow(): void {
    const starts = new Int32Array(2 * this.starts.length)
    const ends = new Int32Array(2 * this.ends.length)
    starts.set(this.starts)
    ends.set(this.ends)
    this.starts = starts
    this.ends = ends
  }
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab || byte === carriageReturn
}
