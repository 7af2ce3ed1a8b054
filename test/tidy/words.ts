/** Words that are not written here, each with what is written instead. */
import type { CallExpression, Node } from '@babel/types'
import { type FileRule, isBelow, lineOf, type SourceFile, walk } from './source.js'

/** Where one seed gives one history: no clock, no chance, no locale, no library's mathematics. */
const exactFolders = ['src/core', 'sim']

const bannedMembers: Readonly<Record<string, string>> = {
  'Date.now': 'the clock port',
  'Date.parse': 'parseInstant',
  'performance.now': 'the clock port',
  'Math.random': 'a named stream of the engine',
  'Math.pow': 'multiplication',
  'Math.exp': 'a table or a recurrence',
  'Math.log': 'a table or a recurrence',
  'Math.log2': 'Math.clz32',
  'Math.log10': 'comparisons',
  'Math.sin': 'a table or a recurrence',
  'Math.cos': 'a table or a recurrence',
  'Math.tan': 'a table or a recurrence',
  'Math.cbrt': 'a table or a recurrence',
  'Math.hypot': 'Math.sqrt',
}

const bannedGlobals: Readonly<Record<string, string>> = {
  setTimeout: 'the clock port',
  setInterval: 'the clock port',
  Intl: 'words of our own',
  process: 'a value that is handed in',
}

export const exactWords: FileRule = file => {
  if (!exactFolders.some(folder => isBelow(file.path, folder))) return []
  return findings(file, (node, parents) => {
    if (node.type === 'BinaryExpression' && node.operator === '**') return ['**', 'multiplication']
    if (node.type === 'NewExpression' && isNamed(node.callee, 'Date')) {
      return ['new Date', 'integer microseconds']
    }
    if (node.type === 'MemberExpression') return bannedMember(node)
    if (node.type === 'CallExpression') return bannedCall(node)
    if (node.type !== 'Identifier' || !isUse(node, parents)) return null
    const instead = Object.hasOwn(bannedGlobals, node.name) ? bannedGlobals[node.name] : undefined
    return instead === undefined ? null : [node.name, instead]
  })
}

function bannedMember(node: Extract<Node, { type: 'MemberExpression' }>): Finding | null {
  const name = `${nameOf(node.object)}.${nameOf(node.property)}`
  const instead = Object.hasOwn(bannedMembers, name) ? bannedMembers[name] : undefined
  return instead === undefined ? null : [name, instead]
}

function bannedCall(node: CallExpression): Finding | null {
  if (node.callee.type !== 'MemberExpression') return null
  const name = nameOf(node.callee.property)
  if (name.startsWith('toLocale')) return [name, 'words of our own']
  if (name === 'localeCompare') return [name, 'a < b']
  if (name === 'sort' && node.arguments.length === 0) return ['a bare sort()', 'a comparison']
  return null
}

/** Not a key, a property or a declaration of that name. */
function isUse(node: Node, parents: readonly Node[]): boolean {
  const parent = parents.at(-1)
  if (parent === undefined) return true
  if (parent.type === 'MemberExpression') return parent.object === node
  return !parent.type.startsWith('TS') && !['ObjectProperty', 'ClassMethod'].includes(parent.type)
}

export const honestTypes: FileRule = file =>
  findings(file, node => {
    if (node.type === 'TSAnyKeyword') return ['any', 'the type, or unknown and a test']
    if (node.type === 'TSNonNullExpression') return ['a non-null !', 'a test, or assert']
    if (node.type !== 'TSAsExpression' || node.expression.type !== 'TSAsExpression') return null
    const isUnknown = node.expression.typeAnnotation.type === 'TSUnknownKeyword'
    return isUnknown ? ['as unknown as', 'a type that is true'] : null
  })

/** Comments that silence a checker, put together here so that this file does not hold them. */
const silencers = ['@ts-' + 'ignore', '@ts-' + 'expect-error', '@ts-' + 'nocheck'].concat(
  ['biome', 'eslint', 'prettier', 'istanbul', 'c8', 'v8', 'Stryker'].flatMap(tool => [
    `${tool}-${'ignore'}`,
    `${tool} ${'ignore'}`,
    `${tool}-${'disable'}`,
    `${tool} ${'disable'}`,
  ]),
)

export const nothingSilenced: FileRule = file =>
  file.comments.flatMap(comment => {
    const word = silencers.find(one => comment.value.includes(one))
    const where = `${file.path}:${comment.loc?.start.line}`
    return word === undefined ? [] : [`${where} ${word}: mend what is complained of`]
  })

export const noConsole: FileRule = file =>
  findings(file, (node, parents) =>
    node.type === 'Identifier' && node.name === 'console' && isUse(node, parents)
      ? ['console', 'the terminal, process.stdout or an event']
      : null,
  )

const testers = ['test', 'it', 'describe', 'suite', 'bench']
const laterWords = ['skip', 'only', 'todo', 'fails']

export const wholeTests: FileRule = file => {
  if (!isBelow(file.path, 'test')) return []
  return findings(file, node => {
    if (node.type !== 'MemberExpression') return null
    const property = nameOf(node.property)
    const object = rootOf(node.object)
    if (testers.includes(object) && laterWords.includes(property)) {
      return [`${object}.${property}`, 'a test that runs with the others']
    }
    const mocks = object === 'vi' && /^(mock|doMock|hoisted|stubGlobal)$/.test(property)
    return mocks ? [`vi.${property}`, 'the real thing'] : null
  })
}

/** `it` of `it.concurrent.only`. */
function rootOf(node: Node): string {
  if (node.type === 'MemberExpression') return rootOf(node.object)
  return node.type === 'CallExpression' ? rootOf(node.callee) : nameOf(node)
}

type Finding = readonly [what: string, instead: string]

function findings(
  file: SourceFile,
  look: (node: Node, parents: readonly Node[]) => Finding | null,
): readonly string[] {
  const found: string[] = []
  walk(file.tree, (node, parents) => {
    const finding = look(node, parents)
    if (finding === null) return
    found.push(`${file.path}:${lineOf(node)} ${finding[0]}: write ${finding[1]}`)
  })
  return found
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'StringLiteral' ? node.value : ''
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}
