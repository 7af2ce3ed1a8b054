/** Measuring processes, one for each number of threads, asked one thing at a time. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { assert, Defect } from '../../core/errors.js'
import { builtFile } from '../built-file.js'
import type { Answer, Question } from './child.js'
import type { CoderSpec } from './coder-contestant.js'
import type { Contestant, Rate, Sample } from './contest.js'

export interface MeasuringProcess {
  open(spec: CoderSpec): Promise<MeasuredCoder>
  memoryCopy(): Promise<Rate>
  close(): Promise<void>
}

export interface MeasuredCoder extends Contestant {
  longestBlockMs(): Promise<number>
  close(): Promise<void>
}

export function startProcess(threads: number): MeasuringProcess {
  const child = fork(builtFile(new URL('./child.js', import.meta.url)), {
    env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
  })
  return {
    open: async spec => {
      const contestant = await askNumber(child, { kind: 'open', spec })
      return {
        sample: operation => askSample(child, { kind: 'sample', contestant, operation }),
        longestBlockMs: () => askNumber(child, { kind: 'longestBlock', contestant }),
        close: async () => {
          await ask(child, { kind: 'close', contestant })
        },
      }
    },
    memoryCopy: () => askNumber(child, { kind: 'memoryCopy' }),
    close: async () => {
      const ended = once(child, 'exit')
      child.send({ kind: 'end' } satisfies Question)
      await ended
    },
  }
}

async function askNumber(child: ChildProcess, question: Question): Promise<number> {
  const answer = await ask(child, question)
  assert('value' in answer, 'a number is answered by a number')
  return answer.value
}

async function askSample(child: ChildProcess, question: Question): Promise<Sample> {
  const answer = await ask(child, question)
  assert('sample' in answer, 'a turn is answered by a sample')
  return answer.sample
}

function ask(child: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => {
      child.off('message', answered)
      reject(new Defect(`the measuring process ${why}`))
    }
    const ended = (): void => failed('ended')
    const answered = (answer: Answer): void => {
      child.off('exit', ended)
      if ('error' in answer) failed(`says: ${answer.error}`)
      else resolve(answer)
    }
    child.once('message', answered)
    child.once('exit', ended)
    child.send(question)
  })
}
