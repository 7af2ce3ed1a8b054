/** Counting sets. */

/** Ways to take `some` of `all`. */
export function choose(all: number, some: number): number {
  let ways = 1
  for (let i = 0; i < some; i++) ways = (ways * (all - i)) / (i + 1)
  return ways
}
