// The programs of a real Kubernetes control plane for tests: etcd, kube-apiserver,
// kube-controller-manager, kube-scheduler and kubectl. Builds them where they are missing, into a
// cache outside the tree; `--where` only tells their folder, status 1 where they are not there.
// KUBEBUILDER_ASSETS names a folder with programs of one's own.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = fileURLToPath(new URL('../test/controlplane', import.meta.url))
const module = readFileSync(join(sources, 'go.mod'), 'utf8')
const version = /k8s\.io\/kubernetes (v1\.(\d+)\.\d+)/.exec(module)
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const own = process.env.KUBEBUILDER_ASSETS
const hash = createHash('sha256').update(module).digest('hex').slice(0, 12)
const folder = own || join(cache, 'couchestor', 'kubernetes', `${version[1]}-${hash}`)

const isThere = ['etcd', 'kube-apiserver'].every(name => existsSync(join(folder, name)))
if (isThere) process.stdout.write(`${folder}\n`)
else if (process.argv.includes('--where') || own) {
  process.stderr.write(`no etcd and kube-apiserver in ${folder}: node scripts/control-plane.mjs\n`)
  process.exitCode = 1
} else build()

// A folder that is there is whole: it gets its name when all of it is built.
function build() {
  const building = `${folder}.${process.pid}`
  mkdirSync(building, { recursive: true })
  const base = 'k8s.io/component-base/version'
  const told = `-X ${base}.gitVersion=${version[1]} -X ${base}.gitMajor=1`
  const flags = `-s -w ${told} -X ${base}.gitMinor=${version[2]}`
  process.stderr.write(`building the control plane of Kubernetes ${version[1]}: minutes\n`)
  const { status, error } = spawnSync('go', ['install', '-trimpath', '-ldflags', flags, 'tool'], {
    cwd: sources,
    env: { ...process.env, CGO_ENABLED: '0', GOBIN: building },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) {
    rmSync(building, { recursive: true, force: true })
    process.stderr.write(`the control plane cannot be built: ${error?.message ?? 'see above'}\n`)
    process.exitCode = 1
    return
  }
  renameSync(join(building, 'server'), join(building, 'etcd'))
  // Another one may have built it meanwhile.
  if (existsSync(folder)) rmSync(building, { recursive: true })
  else renameSync(building, folder)
  process.stdout.write(`${folder}\n`)
}
