/** Values that a field of a kind can never have, by the name of the kind. */

const always = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, ['x'], { x: 1 }]

const more: Readonly<Record<string, readonly unknown[]>> = {
  integer: ['5', '', true, 2 ** 53, 10n],
  duration: [['1h'], '', '1', 'soon', 60, true, '-1h', '1.5h'],
  bytes: ['', 'many', '-1', true, '1 GiB', 2 ** 65, -1n],
  boolean: ['true', '', 0, 1],
  string: [true, 5],
  'label selector': ['hot', true, 0],
  'list of active hours': ['22:00', true, 0],
  object: ['x', true, 0],
}

export function wrongValues(kind: string): readonly unknown[] {
  return [...always, ...(more[kind] ?? ['', 'other', true, 0])]
}
