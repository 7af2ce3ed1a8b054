/** Statuses in virtual time, and a server that is slow, refuses, or does not say what it did. */
import { describe, expect, it } from 'vitest'
import { formatInstant } from '../../src/core/instant.js'
import type { Answer, KubernetesApi, KubernetesObject } from '../../src/kubernetes/api.js'
import { StatusWriter } from '../../src/live/status-writer.js'
import { minute, noon } from '../core/cluster.js'
import {
  failure,
  refusal,
  ScriptedApi,
  second,
  settled,
  things,
  VirtualTiming,
} from '../kubernetes/scripted.js'

type Applied = Answer<KubernetesObject>

/** `answers` are those to each apply, in order; after them all is well. */
function begin(...answers: (Applied | Promise<Applied>)[]) {
  const timing = new VirtualTiming()
  timing.chances = 0
  const applied: { name: string; atUs: number; status: unknown }[] = []
  const bare = new ScriptedApi(timing)
  const get = async (): Promise<Applied> => ({ kind: 'answered', value: { metadata } })
  const apply: KubernetesApi['apply'] = async (_, object) => {
    const { metadata, status } = object
    applied.push({ name: metadata.name, atUs: timing.monotonicUs(), status })
    return answers.shift() ?? { kind: 'answered', value: object }
  }
  const api: KubernetesApi = Object.assign(bare, { get, apply })
  const kind = { name: 'Thing', resource: things, changedField: 'lastReconcileTime' } as const
  const writer = new StatusWriter(api, kind, timing)
  /** What a round is told, and how long it waited. */
  const round = async (wanted: readonly [string, string][], passingUs: number) => {
    const beganUs = timing.monotonicUs()
    const ended: { told: readonly string[]; waitedUs: number }[] = []
    const all = wanted.map(([name, phase]) => ({ name, status: { phase } }))
    void writer.write(all, noon + beganUs).then(told => {
      ended.push({ told, waitedUs: timing.monotonicUs() - beganUs })
    })
    await timing.pass(passingUs)
    return ended[0]
  }
  const times = (): readonly number[] => applied.map(({ atUs }) => atUs)
  return { timing, writer, applied, answers, round, times }
}

const metadata = { name: 'any' }
const never = (): Promise<Applied> => new Promise(() => {})

describe('a status', () => {
  it('that is not answered holds a round for five seconds only, and no other', async () => {
    const { round, applied } = begin(never())
    const first = await round(
      [
        ['slow', 'x'],
        ['quick', 'y'],
      ],
      10 * second,
    )
    expect(first).toEqual({ told: ['Thing slow: it is not answered yet'], waitedUs: 5 * second })
    expect(applied.map(({ name }) => name)).toEqual(['slow', 'quick'])
    expect(
      await round(
        [
          ['slow', 'x'],
          ['quick', 'y'],
        ],
        10 * second,
      ),
    ).toMatchObject({
      told: ['Thing slow: it is not answered yet'],
    })
    expect(applied).toHaveLength(2)
  })

  it('is tried again between two rounds, and told of only until it stands there', async () => {
    const { round, times, applied } = begin(failure('cut off'), refusal(500))
    expect(await round([['a', 'x']], 0)).toEqual({ told: ['Thing a: cut off'], waitedUs: 0 })
    expect(await round([['a', 'x']], minute)).toEqual({ told: ['Thing a: cut off'], waitedUs: 0 })
    expect(times()).toEqual([0, 5000, 15_000])
    expect(applied.at(-1)?.status).toMatchObject({ lastReconcileTime: formatInstant(noon) })
    expect(await round([['a', 'x']], minute)).toEqual({ told: [], waitedUs: 0 })
    expect(times()).toHaveLength(3)
  })

  it.each([409, 429, 503])('refused with %d is tried when the server asks for it', async status => {
    const { round, times } = begin(refusal(status, 7 * second))
    await round([['a', 'x']], minute)
    expect(times()).toEqual([0, 7 * second])
  })

  it('that the definition does not take waits for 1000 s, or until it is another', async () => {
    const wrong = refusal(422)
    const { round, times } = begin(wrong, wrong, wrong)
    await round([['a', 'x']], 900 * second)
    for (let again = 0; again < 9; again++) await round([['a', 'x']], 10 * second)
    expect(times()).toEqual([0])
    await round([['a', 'x']], 10 * second)
    await round([['a', 'y']], 10 * second)
    expect(times()).toEqual([0, 1000 * second, 1000 * second])
  })

  it('of what is gone is forgotten', async () => {
    const { round, times } = begin(refusal(404), refusal(503))
    expect(await round([['a', 'x']], minute)).toMatchObject({ told: [] })
    expect(times()).toEqual([0])
    await round([['b', 'x']], 0)
    expect(await round([], minute)).toMatchObject({ told: [] })
    expect(times()).toHaveLength(2)
  })

  it('that may be written or not is written again, also where it is as it was before', async () => {
    const { round, applied, answers } = begin()
    await round([['a', 'x']], minute)
    answers.push(failure('cut off'))
    await round([['a', 'y']], 0)
    await round([['a', 'x']], minute)
    expect(applied.map(({ status }) => status)).toMatchObject([
      { phase: 'x' },
      { phase: 'y' },
      { phase: 'x' },
    ])
  })

  it('is tried once more at the end, and then none is written', async () => {
    const { round, times, writer, timing } = begin(refusal(503, 60 * second))
    await round([['a', 'x']], second)
    let isEnded = false
    void writer.end(3 * second).then(() => {
      isEnded = true
    })
    await settled()
    expect([times(), isEnded]).toEqual([[0, second], true])
    expect(await round([['a', 'y']], minute)).toEqual({ told: [], waitedUs: 0 })
    expect([times().length, timing.sleeping]).toEqual([2, 0])
  })
})
