/** The repository's own source files: their text, their tree, and a walk over it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from '@babel/parser'
import type { Comment, Node } from '@babel/types'

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export interface SourceFile {
  /** From the top of the repository, with slashes. */
  readonly path: string
  readonly text: string
  readonly tree: Node
  readonly comments: readonly Comment[]
}

/** What a rule finds, as `path:line what: what to write instead`. */
export type FileRule = (file: SourceFile) => readonly string[]

const codeFolders = ['src', 'sim', 'traces', 'reports', 'test', 'bench', 'scripts', 'assembly']

/** All of the code; declarations of other people's packages have none. */
export function readSources(): readonly SourceFile[] {
  return codeFolders
    .flatMap(folder => filesBelow(folder))
    .filter(path => /\.(ts|mjs)$/.test(path) && !path.endsWith('.d.ts'))
    .map(path => sourceOf(path, readFileSync(join(repository, path), 'utf8')))
}

export function sourceOf(path: string, text: string): SourceFile {
  const { program, comments } = parse(text, {
    sourceType: 'module',
    plugins: ['typescript', 'importAttributes'],
  })
  return { path, text, tree: program, comments: comments ?? [] }
}

/** Paths of all files below a folder, sorted; none where there is no such folder. */
export function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(repository.length + 1))
      .sort()
  } catch {
    return []
  }
}

/** Every node, parents before children; `parents` are those above it, the nearest last. */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(node, parents)
  const inner = [...parents, node]
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (isNode(one)) walk(one, visit, inner)
    }
  }
}

function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  return typeof value.type === 'string' && !value.type.startsWith('Comment') && 'loc' in value
}

export function lineOf(node: Node): number {
  return node.loc?.start.line ?? 0
}

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
