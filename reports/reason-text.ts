/**
 * A decision in words: the sentence of its reason with the decision's own numbers and names put
 * in.
 */
import type { Decision } from '../src/core/decision.js'
import { reasons } from '../src/core/reasons.js'
import { bytes, count, duration, missing } from './figures.js'

export type Explained = Pick<
  Decision,
  'reason' | 'from' | 'to' | 'heatIops' | 'coverage' | 'numbers' | 'names'
>

export function says(decision: Explained): string {
  return filled(reasons[decision.reason].says, decision)
}

/** What would change it; a clause whose figure the decision does not have is left out. */
export function remedy(decision: Explained): string {
  const clauses = reasons[decision.reason].change.split(', ').map(one => filled(one, decision))
  const told = clauses.filter(one => !one.includes(missing))
  if (told.length === 0 || told.length === clauses.length) return clauses.join(', ')
  const [first, ...rest] = told
  const sentence = [`${first.slice(0, 1).toUpperCase()}${first.slice(1)}`, ...rest].join(', ')
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}

/** The unit that follows a field in the sentence is said by the figure itself. */
function filled(template: string, decision: Explained): string {
  return template.replace(/\{(\w+)\}( bytes| s\b)?/g, (_, name: string, unit: string | undefined) =>
    value(name, unit ?? '', decision),
  )
}

function value(name: string, unit: string, decision: Explained): string {
  if (name === 'names') return decision.names.length === 0 ? missing : decision.names.join(', ')
  if (name === 'from') return decision.from
  if (name === 'to') return decision.to ?? missing
  const figure = figureOf(name, decision)
  if (figure === null) return `${missing}${unit}`
  if (name.endsWith('Bytes')) return bytes(figure)
  if (name.endsWith('S') && unit === ' s') return duration(figure * 1_000_000)
  return `${count(figure)}${unit}`
}

function figureOf(name: string, decision: Explained): number | null {
  const own = decision.numbers[name]
  if (own !== undefined) return own
  return name === 'heatIops' ? decision.heatIops : null
}
