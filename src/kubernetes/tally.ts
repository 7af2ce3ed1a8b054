/**
 * How many objects keep the same value. Where many share few values, a count over all objects costs
 * as much as there are values.
 */
export class Tally<Kept> {
  private readonly objects = new Map<Kept, number>()

  add(kept: Kept): void {
    this.objects.set(kept, (this.objects.get(kept) ?? 0) + 1)
  }

  /** One that was added. */
  drop(kept: Kept): void {
    const left = (this.objects.get(kept) ?? 0) - 1
    if (left > 0) this.objects.set(kept, left)
    else this.objects.delete(kept)
  }

  /** It changes as objects do. */
  counts(): ReadonlyMap<Kept, number> {
    return this.objects
  }
}
