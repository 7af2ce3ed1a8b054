/** What a Deployment does for its operator: as often as that ends, another one is started. */
import type { Started, TestCluster } from './cluster.js'
import { commandsOf } from './passing.js'
import type { Ended } from './program.js'

export class Deployment {
  /** Of all that ran, the last one runs still. */
  private readonly pods: Started[] = []
  private readonly keeping: Promise<void>
  private isOver = false
  /** How those ended that were followed by another. */
  readonly ended: Ended[] = []

  constructor(
    private readonly cluster: TestCluster,
    private readonly words: readonly string[] = [],
  ) {
    this.keeping = this.keep()
  }

  /** Commands that its operators sent, with these words in them. */
  sent(words = ''): number {
    return this.pods.reduce((sum, pod) => sum + commandsOf(pod, words).length, 0)
  }

  current(): Started {
    return this.pods[this.pods.length - 1]
  }

  /** Scaled to none; answers how the last one ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<Ended> {
    this.isOver = true
    const { child, ended } = this.current()
    child.kill(signal)
    await this.keeping
    return ended
  }

  private async keep(): Promise<void> {
    while (!this.isOver) {
      const pod = this.cluster.operator(this.words)
      this.pods.push(pod)
      const ended = await pod.ended
      if (!this.isOver) this.ended.push(ended)
    }
  }
}
