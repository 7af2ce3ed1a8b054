/** Virtual time that passes while something is waited for. */
import { setTimeout as sleep } from 'node:timers/promises'
import { minuteUs, type Started, type TestCluster } from './cluster.js'

export interface Passed {
  /** False: so many minutes passed, and it is not so. */
  readonly isSo: boolean
  /** The minute that was begun: it ends when whoever is awake then sleeps, or is away. */
  readonly rest: Promise<void>
}

/** Minute after minute, until it is so: within one minute an operator sends many commands. */
export async function passUntil(
  cluster: TestCluster,
  look: () => Promise<boolean> | boolean,
  minutes = 60,
): Promise<Passed> {
  let isOver = false
  const rest = (async () => {
    for (let minute = 0; minute < minutes && !isOver; minute++) await cluster.advance(minuteUs)
    isOver = true
  })()
  // Whoever waits for the rest meets its failure; until then it is nobody's.
  rest.catch(() => {})
  for (;;) {
    const wasOver = isOver
    const seen = look()
    const isSo = await seen
    if (isSo || wasOver) {
      isOver = true
      return { isSo, rest }
    }
    // A log costs nothing to look at; a server that is asked without a pause has no time to work.
    await sleep(typeof seen === 'boolean' ? 10 : 50)
  }
}

/** Lines of its log that say that a command was sent: with these words in them, where given. */
export function commandsOf({ lines }: Started, words = ''): readonly string[] {
  return lines().filter(line => line.includes('"command sent"') && line.includes(words))
}
