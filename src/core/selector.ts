/** Label selectors with the semantics of Kubernetes. */
import type { Labels } from './model.js'

export interface LabelExpression {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values: readonly string[]
}

export interface LabelSelector {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly LabelExpression[]
}

export const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] }

export function isEmpty(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0
}

/** A label that an object has itself: every object inherits a `constructor`. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

/** An empty selector matches everything, as in Kubernetes. */
export function matches(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels)) {
    if (labelOf(labels, key) !== value) return false
  }
  return selector.matchExpressions.every(expression => holds(expression, labels))
}

/** A tier's selector: a missing or empty one matches no pool at all. */
export function matchesPool(selector: LabelSelector | null, labels: Labels): boolean {
  return selector !== null && !isEmpty(selector) && matches(selector, labels)
}

function holds(expression: LabelExpression, labels: Labels): boolean {
  const value = labelOf(labels, expression.key)
  switch (expression.operator) {
    case 'In':
      return value !== undefined && expression.values.includes(value)
    case 'NotIn':
      return value === undefined || !expression.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}
