/** Who imports whom, and the table of who may. */
import { posix } from 'node:path'
import type { Node } from '@babel/types'
import { type FileRule, isBelow, lineOf, type SourceFile, walk } from './source.js'

export interface Import {
  readonly specifier: string
  readonly line: number
}

/** Static, dynamic and type imports, and workers started from a file beside this one. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = []
  walk(file.tree, node => {
    const specifier = specifierOf(node)
    if (specifier !== null) found.push({ specifier, line: lineOf(node) })
  })
  return found
}

function specifierOf(node: Node): string | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return node.source.value
    case 'ExportNamedDeclaration':
      return node.source?.value ?? null
    case 'CallExpression':
      return node.callee.type === 'Import' ? textOf(node.arguments[0]) : null
    case 'ImportExpression':
      return textOf(node.source)
    case 'TSImportType':
      return textOf(node.argument)
    case 'NewExpression':
      return isUrlBeside(node) ? textOf(node.arguments[0]) : null
    default:
      return null
  }
}

function isUrlBeside(node: Extract<Node, { type: 'NewExpression' }>): boolean {
  const { callee } = node
  return callee.type === 'Identifier' && callee.name === 'URL' && node.arguments.length === 2
}

function textOf(node: Node | undefined): string | null {
  if (node?.type === 'TSLiteralType') return textOf(node.literal)
  return node?.type === 'StringLiteral' ? node.value : null
}

/** The path that a relative specifier means; null for packages and built-ins. */
export function targetOf(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
}

const everything = 'everything'

/** DESIGN's table. An area may always import itself. */
const mayImport: Readonly<Record<string, readonly string[] | typeof everything>> = {
  core: [],
  ports: ['core'],
  loop: ['ports', 'core'],
  ec: ['core'],
  kubernetes: [],
  assembly: [],
  live: ['loop', 'ports', 'ec', 'kubernetes', 'core'],
  plan: ['sim', 'traces', 'core'],
  cli: everything,
  traces: ['core'],
  reports: ['core'],
  sim: ['loop', 'ports', 'ec', 'traces', 'core'],
  test: everything,
  bench: everything,
  scripts: everything,
}

const folders: readonly (readonly [folder: string, area: string])[] = [
  ['src/core', 'core'],
  ['src/ports.ts', 'ports'],
  ['src/loop.ts', 'loop'],
  ['src/loop', 'loop'],
  ['src/ec', 'ec'],
  ['src/kubernetes', 'kubernetes'],
  ['src/live', 'live'],
  ['src/plan', 'plan'],
  ['src/cli', 'cli'],
  ['traces', 'traces'],
  ['reports', 'reports'],
  ['sim', 'sim'],
  ['test', 'test'],
  ['bench', 'bench'],
  ['scripts', 'scripts'],
  ['assembly', 'assembly'],
]

export function areaOf(path: string): string | null {
  return folders.find(([folder]) => isBelow(path, folder))?.[1] ?? null
}

export const importTable: FileRule = file => {
  const area = areaOf(file.path)
  if (area === null) return [`${file.path}:1 stands in no area of the house`]
  return importsOf(file).flatMap(({ specifier, line }) => {
    const where = `${file.path}:${line}`
    const target = targetOf(file.path, specifier)
    if (target === null) return outside(area, specifier).map(what => `${where} ${what}`)
    const other = areaOf(target)
    if (other === area || (area === 'cli' && target === 'package.json')) return []
    const allowed = mayImport[area] ?? []
    if (allowed === everything || (other !== null && allowed.includes(other))) return []
    return [`${where} ${area} imports ${other ?? target}: it may import ${allowed.join(', ')}`]
  })
}

/** Packages and built-ins: none where decisions are made, no I/O where time is virtual. */
function outside(area: string, specifier: string): readonly string[] {
  if (area === 'core' || area === 'ports') {
    return [`${area} imports ${specifier}: it is pure, and imports no package and no built-in`]
  }
  const isBuiltIn = specifier.startsWith('node:')
  if ((area === 'sim' || area === 'loop') && isBuiltIn) {
    return [`${area} imports ${specifier}: I/O enters through ports and sources only`]
  }
  return []
}
