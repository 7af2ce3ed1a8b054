/** How long files, functions and lines may be. */
import type { Node } from '@babel/types'
import { type FileRule, lineOf, walk } from './source.js'

const mostFileLines = 300
const mostFunctionLines = 50
const mostColumns = 100

export const shortFiles: FileRule = file => {
  const lines = file.text.trimEnd().split('\n').length
  return lines <= mostFileLines
    ? []
    : [`${file.path}:${lines} the file has more than ${mostFileLines} lines: one concept a file`]
}

export const shortLines: FileRule = file =>
  file.text.split('\n').flatMap((line, index) => {
    const columns = [...line].length
    const what = `the line has ${columns} columns: break it at ${mostColumns}`
    return columns <= mostColumns ? [] : [`${file.path}:${index + 1} ${what}`]
  })

export const shortFunctions: FileRule = file => {
  const found: string[] = []
  walk(file.tree, (node, parents) => {
    if (!isFunction(node) || isChapter(node, parents)) return
    const lines = (node.loc?.end.line ?? 0) - lineOf(node) + 1
    if (lines <= mostFunctionLines) return
    found.push(`${file.path}:${lineOf(node)} the function has ${lines} lines: split it`)
  })
  return found
}

function isFunction(node: Node): boolean {
  return [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ObjectMethod',
    'ClassMethod',
    'ClassPrivateMethod',
  ].includes(node.type)
}

/** What `describe` is given is a chapter of tests: its tests are the functions. */
function isChapter(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1)
  if (parent?.type !== 'CallExpression') return false
  const { callee } = parent
  return callee.type === 'Identifier' && callee.name === 'describe' && parent.arguments[1] === node
}
