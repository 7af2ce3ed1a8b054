/**
 * CustomResourceDefinitions from the table of resources, as values. They are valid from Kubernetes
 * 1.28 on.
 */
import { customResources } from './custom-resources.js'
import { group } from './manifest.js'
import type { Column, CustomResource } from './resources/custom-resource.js'
import { type Schema, tableSchema } from './schema.js'

/** Path of each definition below the repository, with its value. */
export function definitions(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    customResources.map(resource => [`crds/${resource.plural}.yaml`, definition(resource)]),
  )
}

export function definition(resource: CustomResource): object {
  const { kind, plural, shortNames, version } = resource
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames,
        categories: ['couchestor'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: objectSchema(resource) },
          subresources: { status: {} },
          additionalPrinterColumns: resource.columns.map(printerColumn),
        },
      ],
    },
  }
}

function objectSchema(resource: CustomResource): Schema {
  const spec: Schema = {
    description: resource.specHelp,
    ...tableSchema(resource.spec),
    'x-kubernetes-validations': resource.rules,
  }
  const properties = {
    spec: resource.specMayBeMissing ? { ...spec, default: defaultsOf(resource) } : spec,
    status: { description: 'What the operator says of it.', ...tableSchema(resource.status) },
  }
  const schema: Schema = { description: resource.help, type: 'object', properties }
  return resource.specMayBeMissing ? schema : { ...schema, required: ['spec'] }
}

/** All of them: a server holds a default to the rules before it fills the fields inside. */
function defaultsOf({ spec }: CustomResource): object {
  const rows = Object.entries(spec).filter(([, row]) => row.fallback !== undefined)
  return Object.fromEntries(rows.map(([name, row]) => [name, row.fallback]))
}

function printerColumn(column: Column): object {
  const { name, type, jsonPath } = column
  return column.wide === true ? { name, type, jsonPath, priority: 1 } : { name, type, jsonPath }
}
