/** The commands that documents tell people to run: each is there, with those options. */
import { Command } from 'commander'
import { fullName, leaves } from '../../src/cli/configuration.js'
import { defineCommands } from '../../src/cli/program.js'
import type { TextFile } from './texts.js'

interface Known {
  readonly options: ReadonlyMap<string, readonly string[]>
  readonly scripts: readonly string[]
}

export function knownCommands(packageText: string): Known {
  const program = new Command('couchestor')
  const silent = { answer: () => {}, note: () => {}, progress: () => {}, color: false, columns: 80 }
  defineCommands(program, silent)
  const options = leaves(program).map((leaf): readonly [string, readonly string[]] => [
    fullName(leaf),
    leaf.options.flatMap(({ long, short }) => [long ?? [], short ?? []].flat()),
  ])
  const groups = program.commands.filter(one => one.commands.length > 0).map(one => one.name())
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } =
    JSON.parse(packageText)
  return {
    options: new Map([
      ...groups.map((name): readonly [string, readonly string[]] => [name, []]),
      ...options,
    ]),
    scripts: Object.keys(scripts),
  }
}

/** Lines of code blocks and inline code of a Markdown file that run one of our commands. */
export function wrongCommands(file: TextFile, known: Known): readonly string[] {
  return codeLines(file.text).flatMap(({ code, line }) => {
    const where = `${file.path}:${line}`
    return [...wrongScripts(code, known), ...wrongUses(code, known)].map(what => `${where} ${what}`)
  })
}

interface CodeLine {
  readonly code: string
  readonly line: number
}

function codeLines(text: string): readonly CodeLine[] {
  const found: CodeLine[] = []
  let isBlock = false
  let open: CodeLine | null = null
  text.split('\n').forEach((content, index) => {
    const line = index + 1
    if (/^\s*(```|~~~)/.test(content)) {
      isBlock = !isBlock
      return
    }
    if (!isBlock) {
      for (const match of content.matchAll(/`([^`]+)`/g)) found.push({ code: match[1], line })
      return
    }
    const before: CodeLine = open ?? { code: '', line }
    const code = `${before.code}${content.replace(/\\$/, '')}`
    open = content.endsWith('\\') ? { code, line: before.line } : null
    if (open === null) found.push({ code, line: before.line })
  })
  return found
}

function wrongScripts(code: string, { scripts }: Known): readonly string[] {
  return [...code.matchAll(/\bnpm run ([\w:-]+)/g)]
    .filter(match => !scripts.includes(match[1]))
    .map(match => `there is no script ${match[1]}: name one of package.json`)
}

function wrongUses(code: string, { options }: Known): readonly string[] {
  const uses = code.matchAll(/(?:^|[|&;$(]\s*|^\$ )(?:npx )?couchestor ([^|&;#]+)/g)
  return [...uses].flatMap(match => {
    const words = match[1].trim().split(/\s+/)
    const [first = '', second = ''] = words
    if (first.startsWith('-')) return []
    const name = options.has(`${first} ${second}`) ? `${first} ${second}` : first
    const known = options.get(name)
    const isGroup = known !== undefined && known.length === 0
    if (known === undefined || (isGroup && /^[a-z]/.test(second))) {
      return [`there is no command couchestor ${first} ${second}: describe what is`]
    }
    return words
      .flatMap(word => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? [])
      .filter(flag => flag !== '--help' && !known.includes(flag))
      .map(flag => `couchestor ${name} has no ${flag}: describe what is`)
  })
}
