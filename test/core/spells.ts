/** What befalls a small world, drawn: one thing, and then nothing for a while. */
import fc from 'fast-check'

/** One deed and the time until the next; one entry for each step of the world. */
function spell<Deed extends string>(
  deeds: readonly Deed[],
): fc.Arbitrary<readonly (Deed | 'nothing')[]> {
  const quiet = fc.oneof({ arbitrary: fc.nat({ max: 12 }), weight: 5 }, fc.constant(60))
  return fc
    .tuple(fc.constantFrom(...deeds), quiet)
    .map(([deed, length]) => [deed, ...Array.from({ length }, () => 'nothing' as const)])
}

export function spells<Deed extends string>(
  deeds: readonly Deed[],
): fc.Arbitrary<readonly (Deed | 'nothing')[]> {
  return fc.array(spell(deeds), { maxLength: 20 }).map(some => some.flat())
}
