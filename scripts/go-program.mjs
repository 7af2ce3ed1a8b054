// A program of tests that is built from a Go module of theirs, into a cache outside the tree where
// it is missing; `--where` only tells its path, status 1 where it is not there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// `files` of test/NAME are all that the program is built from; `source` is the package.
export function provide({ name, files, source }) {
  const sources = fileURLToPath(new URL(`../test/${name}`, import.meta.url))
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(sources, file)))
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(cache, 'couchestor', name)
  const program = join(folder, hash.digest('hex').slice(0, 12))

  if (existsSync(program)) process.stdout.write(`${program}\n`)
  else if (process.argv.includes('--where')) {
    process.stderr.write(`no ${name} at ${program}: node scripts/${name}.mjs\n`)
    process.exitCode = 1
  } else build({ name, source, sources, folder, program })
}

// A program that is there is whole: it gets its name when it is built.
function build({ name, source, sources, folder, program }) {
  mkdirSync(folder, { recursive: true })
  const building = `${program}.${process.pid}`
  const words = ['build', '-trimpath', '-ldflags', '-s -w', '-o', building, source]
  const { status, error } = spawnSync('go', words, {
    cwd: sources,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) {
    process.stderr.write(`the ${name} cannot be built: ${error?.message ?? 'see above'}\n`)
    process.exitCode = 1
    return
  }
  renameSync(building, program)
  process.stdout.write(`${program}\n`)
}
