/** Conditions as all Kubernetes resources have them. */
import { anyText, field, integer, object, oneOf, optional, text } from '../field.js'
import { listBy, time } from './status-kinds.js'

export const conditionFields = {
  type: field('type', text, undefined, 'Name of the condition.'),
  status: field(
    'status',
    oneOf(['True', 'False', 'Unknown']),
    undefined,
    'Whether the condition holds.',
  ),
  reason: field('reason', text, undefined, 'Why, as one word for programs.'),
  message: field('message', optional(anyText), undefined, 'Why, as a sentence for people.'),
  lastTransitionTime: field(
    'lastTransitionTimeUs',
    optional(time),
    undefined,
    'Since when the status is what it is.',
  ),
  observedGeneration: field(
    'observedGeneration',
    optional(integer(0)),
    undefined,
    'Generation of the spec that it was said of.',
  ),
}

export const conditions = field(
  'conditions',
  optional(listBy('type', object(conditionFields))),
  undefined,
  'What a person should know of the object as a whole.',
)

export const observedGeneration = field(
  'observedGeneration',
  optional(integer(0)),
  undefined,
  'Generation of the spec that this status was made from.',
)
