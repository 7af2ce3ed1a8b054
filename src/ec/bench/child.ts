/**
 * A process that measures coders: its number of libuv's threads is that of the threads measured,
 * which no program can change once it runs.
 */
import { type CoderContestant, type CoderSpec, openContestant } from './coder-contestant.js'
import type { Operation, Sample } from './contest.js'
import { longestBlockMs } from './longest-block.js'
import { memoryCopyRate } from './memory-copy.js'

export type Question =
  | { readonly kind: 'open'; readonly spec: CoderSpec }
  | { readonly kind: 'sample'; readonly contestant: number; readonly operation: Operation }
  | { readonly kind: 'memoryCopy' }
  | { readonly kind: 'longestBlock'; readonly contestant: number }
  | { readonly kind: 'close'; readonly contestant: number }
  | { readonly kind: 'end' }

/** What was asked for: a sample; a rate, a time, or the number of what was opened; or why not. */
export type Answer =
  | { readonly sample: Sample }
  | { readonly value: number }
  | { readonly error: string }

const contestants: CoderContestant[] = []

process.on('message', (question: Question) => {
  answer(question).then(send, error => send({ error: String(error) }))
})

async function answer(question: Question): Promise<Answer> {
  switch (question.kind) {
    case 'open':
      return { value: contestants.push(await openContestant(question.spec)) - 1 }
    case 'sample':
      return { sample: await contestants[question.contestant].sample(question.operation) }
    case 'memoryCopy':
      return { value: memoryCopyRate() }
    case 'longestBlock':
      return { value: await longestBlockMs(contestants[question.contestant]) }
    case 'close':
      await contestants[question.contestant].close()
      return { value: 0 }
    case 'end':
      process.disconnect()
      return { value: 0 }
  }
}

function send(reply: Answer): void {
  if (process.connected) process.send?.(reply)
}
