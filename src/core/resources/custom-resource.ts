/** What a custom resource is: its names, its fields, its rules, and what `kubectl get` shows. */
import type { FieldTable } from '../field.js'
import type { Rule } from '../schema.js'

export interface Column {
  readonly name: string
  readonly type: 'integer' | 'string' | 'date'
  readonly jsonPath: string
  /** Shown with `-o wide` only. */
  readonly wide?: true
}

export interface CustomResource {
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly version: string
  readonly help: string
  readonly spec: FieldTable
  readonly specHelp: string
  /** A spec that is left out has the defaults of all its fields. */
  readonly specMayBeMissing: boolean
  /** Rules over the spec, after defaults are filled. */
  readonly rules: readonly Rule[]
  readonly status: FieldTable
  readonly columns: readonly Column[]
}

export const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

export function specColumn(name: string, field: string, type: Column['type'] = 'string'): Column {
  return { name, type, jsonPath: `.spec.${field}` }
}

export function statusColumn(name: string, field: string, type: Column['type'] = 'string'): Column {
  return { name, type, jsonPath: `.status.${field}` }
}
