/** What the loop relies on of the stripes port, whether or not a coder runs behind it. */
import { expect, it } from 'vitest'
import { type VolumeId, volumeId } from '../../src/core/model.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import { type Abilities, clusterOf, type Now, nobody } from './opened-world.js'

export function stripesContract(now: Now, { stripes }: Abilities): void {
  if (stripes === 'obeyed') obeyedContract(now)
  else refusedContract(now)
}

function obeyedContract(now: Now): void {
  it('an image is made once, and is gone when the coded form is', async () => {
    const { ports, drive, volume } = now()
    const send = (command: StripeCommand) => drive(ports.stripes.send(command))
    const make = { kind: 'make-image', volume, image: 'contract' } as const
    expect((await send(make)).kind).toBe('done')
    expect(await send(make)).toMatchObject({ kind: 'refused', refusal: 'already' })
    expect((await send({ kind: 'drop-coded', volume })).kind).toBe('done')
    expect(await send({ kind: 'drop-coded', volume })).toMatchObject({ refusal: 'already' })
  })

  it('what rests on something that is not there is refused, and removes no replica', async () => {
    const { ports, drive, volume } = now()
    const look = async () => {
      const answer = await drive(ports.inventory.volume(volume))
      if (answer.kind !== 'volume') throw new Error('the volume is not there')
      return answer.volume
    }
    const before = await look()
    for (const command of resting(volume)) {
      const reply = await drive(ports.stripes.send(command))
      expect(reply).toMatchObject({ kind: 'refused', refusal: 'precondition' })
    }
    expect(await look()).toEqual(before)
  })

  it('of a volume that nobody knows nothing is coded', async () => {
    const { ports, drive } = now()
    const command = { kind: 'make-image', volume: volumeId(nobody), image: 'contract' } as const
    const reply = await drive(ports.stripes.send(command))
    expect(reply).toMatchObject({ kind: 'refused', refusal: 'not-found' })
  })
}

function refusedContract(now: Now): void {
  it('without a coder every command of stripes is refused, and changes nothing', async () => {
    const world = now()
    const { ports, drive, volume } = world
    const before = await clusterOf(world)
    const image = { kind: 'make-image', volume, image: 'contract' } as const
    for (const command of [image, ...resting(volume), { kind: 'drop-coded', volume } as const]) {
      const reply = await drive(ports.stripes.send(command))
      expect(reply).toMatchObject({ kind: 'refused', refusal: 'invalid' })
      expect(await clusterOf(world)).toBe(before)
    }
  })
}

/** On an image, or on a coded form. */
function resting(volume: VolumeId): readonly StripeCommand[] {
  return [
    { kind: 'read-back', volume, image: 'contract' },
    { kind: 'serve-coded', volume, image: 'contract', replicas: 2 },
    { kind: 'release-source', volume },
    { kind: 'restore', volume },
  ]
}
