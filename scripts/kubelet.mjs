// What stands in for the kubelets of tests, kwok, built as test/kubelet pins it; `--where` only
// tells its path.
import { provide } from './go-program.mjs'

provide({ name: 'kubelet', files: ['go.mod', 'go.sum'], source: 'sigs.k8s.io/kwok/cmd/kwok' })
