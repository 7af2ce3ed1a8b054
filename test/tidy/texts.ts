/**
 * What no text here holds, whatever the kind of its file; and what every source file begins with.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type FileRule, filesBelow, repository } from './source.js'

export interface TextFile {
  readonly path: string
  readonly text: string
}

/** Each put together from parts, so that this file does not hold it. */
const bannedTexts: readonly (readonly [pattern: RegExp, what: string, instead: string])[] = [
  [
    new RegExp(`\\b(${'TO' + 'DO'}|${'FIX' + 'ME'}|${'XX' + 'X'})\\b`),
    'a note to oneself',
    'do it',
  ],
  [new RegExp(`\\b${'for'} now\\b`, 'i'), 'a promise', 'say what is'],
  [new RegExp(`\\b${'simpl'}ified\\b`, 'i'), 'an excuse', 'say what is'],
  [new RegExp(`\\b${'would'} be\\b`, 'i'), 'a guess', 'say what is'],
  [new RegExp(`\\b${'in a'} real\\b`, 'i'), 'an excuse', 'say what is'],
  [new RegExp(`\\b${'place'}holder`, 'i'), 'something that is not there', 'put it there'],
  [
    new RegExp(`(^|[\\s'"\`(=:])/(${'wo'}rk|${'ro'}ot)/`),
    'a path of one machine',
    'a relative path',
  ],
  [
    new RegExp(`registry\\.${'npm'}js\\.org|registry\\.${'yarn'}pkg\\.com|${'verd'}accio`),
    'a package host',
    'nothing: the package manager knows it',
  ],
]

const textFolders = [
  'src',
  'sim',
  'traces',
  'reports',
  'test',
  'bench',
  'scripts',
  'assembly',
  'scenarios',
  'docs',
]
const topFiles = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'package.json',
  'package-lock.json',
  'biome.json',
  'stryker.config.json',
  'vitest.config.ts',
  'vitest.mutation.config.mjs',
  '.gitignore',
  '.ci/run',
]

export function readTexts(): readonly TextFile[] {
  const paths = textFolders
    .flatMap(folder => filesBelow(folder))
    .filter(path => /\.(ts|mjs|md|ya?ml|json|sh|py)$/.test(path))
  const top = topFiles.filter(path => filesBelow('.').includes(path) || isThere(path))
  return [...paths, ...top].map(path => ({
    path,
    text: readFileSync(join(repository, path), 'utf8'),
  }))
}

function isThere(path: string): boolean {
  try {
    return readFileSync(join(repository, path)).length >= 0
  } catch {
    return false
  }
}

export function bannedText({ path, text }: TextFile): readonly string[] {
  return text.split('\n').flatMap((line, index) =>
    bannedTexts.flatMap(([pattern, what, instead]) => {
      const word = pattern.exec(line)?.[0].trim()
      return word === undefined ? [] : [`${path}:${index + 1} ${word} (${what}): ${instead}`]
    }),
  )
}

const vagueNames = /^(utils?|helpers?|common|manager|misc|shared)\b|[-.](utils?|helpers?|manager)\./

export function clearNames(path: string): readonly string[] {
  return vagueNames.test(basename(path))
    ? [`${path}:1 the name says nothing: name its one concept`]
    : []
}

/** A test says it by its name: it is the test of the file that it mirrors. */
export const saysWhatItIs: FileRule = ({ path, text }) => {
  if (path.endsWith('.test.ts')) return []
  const body = text.replace(/^#!.*\n/, '').trimStart()
  const isSaid = body.startsWith('/**') || body.startsWith('// ')
  return isSaid ? [] : [`${path}:1 no first comment: say what the file is`]
}
