/**
 * The path of each value of a JSON document, as tokens come in. Only the nesting is kept. Several
 * documents may follow each other, as answers of several queries in one file do.
 */
import { JsonProblem, type Token } from './json-tokens.js'

export type PathPart = string | number

export interface JsonVisitor {
  /** A text, number or word, with the path of keys and indexes to it. */
  value(path: readonly PathPart[], token: Token, byte: number): void
  /** An object or array ends. */
  leave(path: readonly PathPart[], byte: number): void
  /** A document ends. */
  done(byte: number): void
}

type Expectation = 'value' | 'key' | 'colon' | 'next' | 'value or end' | 'key or end'

export class JsonWalk {
  private readonly path: PathPart[] = []
  private readonly closers: ('}' | ']')[] = []
  private expects: Expectation = 'value'

  constructor(private readonly visitor: JsonVisitor) {}

  get isBetweenDocuments(): boolean {
    return this.closers.length === 0
  }

  take(token: Token, byte: number): void {
    const { text } = token
    if (token.kind === 'punctuation') {
      if (text === '{' || text === '[') this.open(text, byte)
      else if (text === '}' || text === ']') this.close(text, byte)
      else if (text === ':') this.expect(byte, text, 'colon', 'value')
      else this.comma(byte)
      return
    }
    if (this.expects === 'key' || this.expects === 'key or end') {
      if (token.kind !== 'string') throw unexpected(text, byte)
      this.path[this.path.length - 1] = text
      this.expects = 'colon'
      return
    }
    this.mustTakeValue(text, byte)
    if (this.isBetweenDocuments) throw unexpected(text, byte)
    this.visitor.value(this.path, token, byte)
    this.expects = 'next'
  }

  private open(text: '{' | '[', byte: number): void {
    this.mustTakeValue(text, byte)
    this.closers.push(text === '{' ? '}' : ']')
    this.path.push(text === '{' ? '' : 0)
    this.expects = text === '{' ? 'key or end' : 'value or end'
  }

  private close(text: '}' | ']', byte: number): void {
    const mayEnd =
      this.expects === 'next' || this.expects === (text === '}' ? 'key or end' : 'value or end')
    if (!mayEnd || this.closers.pop() !== text) throw unexpected(text, byte)
    this.path.pop()
    this.visitor.leave(this.path, byte)
    this.expects = this.isBetweenDocuments ? 'value' : 'next'
    if (this.isBetweenDocuments) this.visitor.done(byte)
  }

  private comma(byte: number): void {
    const last = this.path.length - 1
    const part = this.path[last]
    this.expect(byte, ',', 'next', typeof part === 'number' ? 'value' : 'key')
    if (typeof part === 'number') this.path[last] = part + 1
  }

  private expect(byte: number, text: string, now: Expectation, then: Expectation): void {
    if (this.expects !== now) throw unexpected(text, byte)
    this.expects = then
  }

  private mustTakeValue(text: string, byte: number): void {
    if (this.expects !== 'value' && this.expects !== 'value or end') throw unexpected(text, byte)
  }
}

function unexpected(text: string, byte: number): JsonProblem {
  return new JsonProblem(`${JSON.stringify(text.slice(0, 40))} is not expected here`, byte)
}
