/** Completion scripts: run by the shells where they are installed. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { run } from './in-process.js'

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

async function completedByBash(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await run('completion', 'bash')
  const line = words.map(word => `'${word}'`).join(' ')
  const script = `${out}\nCOMP_WORDS=(couchestor ${line})\nCOMP_CWORD=${words.length}
_couchestor; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  return stdout.split('\n').filter(word => word !== '')
}

describe('bash', () => {
  test('completes commands, subcommands and options', async () => {
    expect(await completedByBash('sim')).toEqual(['simulate'])
    expect(await completedByBash('trace', 'ins')).toEqual(['inspect'])
    expect(await completedByBash('trace', 'inspect', '--js')).toEqual(['--json'])
    expect(await completedByBash('simulate', 'a.yaml', '--sw')).toEqual(['--sweep'])
    expect(await completedByBash('simulate', '--seed', '7', '--js')).toEqual(['--json'])
    expect(await completedByBash('scenario', '')).toEqual(['new'])
  })

  test('completes files where no word fits', async () => {
    expect(await completedByBash('simulate', 'package.js')).toEqual(['package.json'])
  })
})

describe('every shell', () => {
  test.each(['bash', 'zsh', 'fish'])('%s understands its script', async shell => {
    const { out, status } = await run('completion', shell)
    expect(status).toBe(0)
    expect(out).toContain('simulate')
    if (!has(shell)) return
    const checked = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' })
    expect({ status: checked.status, notes: checked.stderr }).toEqual({ status: 0, notes: '' })
  })

  test('fish offers the options of a command only below it', async () => {
    const { out } = await run('completion', 'fish')
    expect(out).toContain("-n '__fish_use_subcommand' -a simulate")
    expect(out).toContain("-n '__fish_seen_subcommand_from simulate' -l sweep")
    expect(out).toContain("-n '__fish_seen_subcommand_from trace' -a inspect")
  })
})
