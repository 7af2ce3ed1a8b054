/** The reference of the custom resources: what an API server takes, refuses and shows. */
import { customResources } from './custom-resources.js'
import { group } from './manifest.js'
import { document, section, table } from './markdown.js'
import type { CustomResource } from './resources/custom-resource.js'
import { type Schema, tableSchema } from './schema.js'

export function resourcesDocument(): string {
  const introduction =
    `The resources of the group \`${group}\`: all of them belong to the cluster, ` +
    '`kubectl get couchestor` lists every kind, and `kubectl explain` tells what stands here. ' +
    'The fields of both policies’ specs are in [policy.md](policy.md).'
  return document('Custom resources', introduction, customResources.map(resourceSection))
}

function resourceSection(resource: CustomResource): string {
  const { kind, version, plural, shortNames, columns } = resource
  const short = shortNames.map(name => `\`${name}\``).join(', ')
  const shown = columns.map(column => (column.wide ? `${column.name} (wide)` : column.name))
  const parts = [
    resource.help,
    `\`${plural}\`, short ${short}. Columns: ${shown.join(', ')}.`,
    ...(resource.specMayBeMissing ? [] : [`### Spec\n\n${fieldTable(tableSchema(resource.spec))}`]),
    `### What is refused\n\n${rulesOf(resource)}`,
    `### Status\n\n${fieldTable(tableSchema(resource.status))}`,
  ]
  return section(`${kind} ${version}`, parts.join('\n\n'))
}

function rulesOf({ rules }: CustomResource): string {
  return rules
    .map(({ fieldPath, message }) => `- \`spec${fieldPath ?? ''}\`: ${message}.`)
    .join('\n')
}

function fieldTable(schema: Schema): string {
  return table(['Field', 'Type', 'Default', 'Meaning'], rowsOf(schema, ''))
}

/** Fields of objects, and of the objects of a list, follow their own. */
function rowsOf(schema: Schema, path: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isList = field.type === 'array'
    const at = `${path}${name}${isList ? '[]' : ''}`
    const isRequired = schema.required?.includes(name) === true
    const fallback = field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``
    const row = [`\`${at}\``, typeOf(field), isRequired ? 'required' : fallback, helpOf(field)]
    return [row, ...rowsOf(isList ? (field.items ?? {}) : field, `${at}.`)]
  })
}

function helpOf(field: Schema): string {
  return field.description ?? ''
}

function typeOf(field: Schema): string {
  if (field.type === 'array') return `list of ${typeOf(field.items ?? {})}`
  if (field.enum !== undefined) return field.enum.join(' | ')
  if (field['x-kubernetes-int-or-string'] === true) return 'integer or string'
  if (field.additionalProperties !== undefined) {
    return `${typeOf(field.additionalProperties)} by name`
  }
  return field.format === 'date-time' ? 'time' : (field.type ?? '')
}
