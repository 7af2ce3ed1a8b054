/** What every reason is: the words of one code. */

export interface Reason {
  readonly verdict: 'stay' | 'move' | 'blocked' | 'outcome'
  /** What happened, in a sentence. */
  readonly says: string
  /** What would change it. */
  readonly change: string
}

export const reason = (verdict: Reason['verdict'], says: string, change: string): Reason => ({
  verdict,
  says,
  change,
})
