/** `couchestor completion`: scripts for bash, zsh and fish, made from the commands themselves. */
import { Argument, type Command } from 'commander'
import { type Define, examples } from './command.js'
import { fullName, leaves } from './configuration.js'

export const defineCompletion: Define = (program, terminal) => {
  program
    .command('completion')
    .summary('print a completion script')
    .description('Prints a script that completes commands and options.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'before',
      examples(
        'source <(couchestor completion bash)',
        'couchestor completion zsh > "$' + '{fpath[1]}/_couchestor"',
        'couchestor completion fish > ~/.config/fish/completions/couchestor.fish',
      ),
    )
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      const words = wordsOf(program)
      if (shell === 'fish') terminal.answer(fishScript(words))
      else terminal.answer(shell === 'bash' ? bashScript(words) : zshScript(words))
    })
}

interface Words {
  readonly command: string
  readonly words: readonly string[]
}

/** What may follow each command: its subcommands and options. */
function wordsOf(program: Command): readonly Words[] {
  const groups = program.commands.filter(one => one.commands.length > 0)
  const top = program.commands.map(one => one.name())
  return [
    { command: '', words: [...top, '--help', '--version'] },
    ...groups.map(group => ({
      command: group.name(),
      words: group.commands.map(one => one.name()),
    })),
    ...leaves(program).map(leaf => ({
      command: fullName(leaf),
      words: [...leaf.options.map(option => option.long ?? option.flags), '--help'],
    })),
  ]
}

function bashScript(words: readonly Words[]): string {
  return `_couchestor() {
  local current="$\{COMP_WORDS[COMP_CWORD]}" known="" word
  local -a path=()
  for word in "$\{COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path+=("$word") ;; esac
  done
  while :; do
    case "$\{path[*]}" in
${cases(words, 6)}
    esac
    [ -n "$known" ] && break
    [ "$\{#path[@]}" -eq 0 ] && break
    unset "path[$((\${#path[@]} - 1))]"
  done
  COMPREPLY=($(compgen -W "$known" -- "$current"))
  [ "$\{#COMPREPLY[@]}" -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _couchestor couchestor`
}

function cases(words: readonly Words[], indent: number): string {
  return words
    .map(one => `${' '.repeat(indent)}"${one.command}") known="${one.words.join(' ')}" ;;`)
    .join('\n')
}

function zshScript(words: readonly Words[]): string {
  return `#compdef couchestor
autoload -Uz bashcompinit && bashcompinit
${bashScript(words)}`
}

function fishScript(words: readonly Words[]): string {
  return words
    .flatMap(({ command, words: known }) => {
      const condition =
        command === ''
          ? '__fish_use_subcommand'
          : `__fish_seen_subcommand_from ${command.split(' ').at(-1)}`
      return known.map(word =>
        word.startsWith('--')
          ? `complete -c couchestor -n '${condition}' -l ${word.slice(2)}`
          : `complete -c couchestor -n '${condition}' -a ${word}`,
      )
    })
    .join('\n')
}
