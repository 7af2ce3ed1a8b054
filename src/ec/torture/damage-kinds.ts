/** The kinds of damage that a run may do. */
export const damageKinds = [
  'poolLost',
  'bitFlipped',
  'headerFlipped',
  'trailerFlipped',
  'rangeZeroed',
  'cutShort',
  'grown',
  'slotMisplaced',
  'slotForeign',
  'slotStale',
] as const
export type DamageKind = (typeof damageKinds)[number]
