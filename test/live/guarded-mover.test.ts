import { describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/core/command.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import { GuardedMover, type Sender } from '../../src/live/guarded-mover.js'

const grow: Command = { kind: 'set-replica-count', volume: volumeId('v'), count: 3 }
const cordon: Command = { kind: 'cordon-node', node: nodeId('n'), label: 'ours' }
const uncordon: Command = { kind: 'uncordon-node', node: nodeId('n'), label: 'ours' }
const commandDeadlineUs = 10_000_000
const long = 2 * commandDeadlineUs

function guarded(holdsForUs: number, heldForUs: number) {
  const sent: Command[] = []
  const open: ((reply: Reply) => void)[] = []
  const whyNots: (string | null)[] = []
  const lease = { holdsForUs, heldForUs }
  const sender: Sender = {
    send: (command, whyNot) => {
      sent.push(command)
      return new Promise(resolve => {
        open.push(reply => {
          whyNots.push(whyNot())
          resolve(reply)
        })
      })
    },
  }
  const leading = { holdsForUs: () => lease.holdsForUs, heldForUs: () => lease.heldForUs }
  const answer = (): void => {
    for (const one of open.splice(0)) one({ kind: 'done', volume: null })
  }
  const guard = new GuardedMover(sender, leading, commandDeadlineUs)
  return { guard, sent, answer, lease, whyNots }
}

describe('a command', () => {
  it('goes out under a lease that outlasts it and was held long enough', async () => {
    const { guard, sent, answer } = guarded(commandDeadlineUs, commandDeadlineUs)
    const reply = guard.send(grow)
    answer()
    expect(await reply).toEqual({ kind: 'done', volume: null })
    expect(sent).toEqual([grow])
  })

  it.each([
    ['the lease may end before it does', commandDeadlineUs - 1, long],
    ['the leader before may still have one under way', long, commandDeadlineUs - 1],
    ['nobody leads', 0, 0],
  ])('stays here while %s', async (_, holdsForUs, heldForUs) => {
    const { guard, sent } = guarded(holdsForUs, heldForUs)
    for (const command of [grow, cordon]) {
      expect(await guard.send(command)).toMatchObject({ kind: 'refused', refusal: 'busy' })
    }
    expect(sent).toEqual([])
  })

  it('that takes a cordon away goes out for a little longer', async () => {
    const { guard, sent, answer } = guarded(-5_000_000, 0)
    const reply = guard.send(uncordon)
    answer()
    await reply
    expect(sent).toEqual([uncordon])
    const later = guarded(-5_000_001, long)
    expect(await later.guard.send(uncordon)).toMatchObject({ refusal: 'busy' })
    expect(later.sent).toEqual([])
  })
})

describe('a command that waits for its connection', () => {
  it.each([
    ['still goes', grow, commandDeadlineUs, null],
    ['stays here', grow, commandDeadlineUs - 1, 'the lease may end before the command does'],
    ['that undoes still goes', uncordon, -5_000_000, null],
    ['that undoes stays here', uncordon, -5_000_001, 'the lease is lost'],
  ])('%s by what its lease holds then', async (_, command, holdsForUs, why) => {
    const { guard, answer, lease, whyNots } = guarded(long, long)
    const reply = guard.send(command)
    lease.holdsForUs = holdsForUs
    answer()
    await reply
    expect(whyNots).toEqual([why])
  })
})

describe('a mover', () => {
  it('is idle when every command is answered', async () => {
    const { guard, answer } = guarded(long, long)
    await guard.whenIdle()
    let isIdle = false
    void guard.send(grow)
    const idle = guard.whenIdle().then(() => {
      isIdle = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(isIdle).toBe(false)
    answer()
    await idle
  })
})
