/** One sentence of the first screen, with what it is about and whether it is good news. */
import type { Text } from './text.js'

export type Topic =
  | 'laws'
  | 'cost'
  | 'sweep'
  | 'latency'
  | 'slower'
  | 'moves'
  | 'coding'
  | 'held-back'
  | 'trust'

export interface Statement {
  readonly topic: Topic
  readonly mark: 'good' | 'bad' | 'plain'
  readonly text: Text
}

export const topicTitles: Readonly<Record<Topic, string>> = {
  laws: 'Broken promise',
  cost: 'Cost',
  sweep: 'Sweep',
  latency: 'Latency',
  slower: 'Slower volumes',
  moves: 'Moves',
  coding: 'Coding',
  'held-back': 'Held back',
  trust: 'Trust',
}
