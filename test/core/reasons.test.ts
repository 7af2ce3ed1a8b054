/** Every decision has what the words of its reason name. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import { type ReasonCode, reasons } from '../../src/core/reasons.js'
import { rounds } from './worlds.js'

/** Figures and names that a code's words name. */
function named(code: ReasonCode): readonly string[] {
  const { says, change } = reasons[code]
  return [...`${says} ${change}`.matchAll(/\{(\w+)\}/g)].map(match => match[1])
}

/** Whether a decision has what the words of its code name. */
function has(decision: Decision, name: string): boolean {
  if (name === 'names') return decision.names.length > 0
  if (name === 'heatIops') return decision.heatIops !== null
  if (name === 'from') return true
  if (name === 'to') return decision.to !== null
  return Number.isFinite(decision.numbers[name])
}

describe('a decision', () => {
  it('has all that the words of its reason name, and finite figures alone', () => {
    fc.assert(
      fc.property(rounds, input => {
        for (const decision of decide(input).decisions) {
          const { reason, verdict, numbers } = decision
          expect(reasons[reason].verdict).toBe(verdict)
          const missing = named(reason).filter(name => !has(decision, name))
          expect({ reason, missing }).toEqual({ reason, missing: [] })
          for (const figure of Object.values(numbers)) expect(Number.isFinite(figure)).toBe(true)
        }
      }),
    )
  })

  it('says what would change it, whatever its reason', () => {
    for (const [code, { says, change, verdict }] of Object.entries(reasons)) {
      expect({ code, says }).not.toEqual({ code, says: '' })
      if (verdict !== 'outcome') expect({ code, change }).not.toEqual({ code, change: '' })
    }
  })
})
