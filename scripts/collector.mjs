// The OpenTelemetry collector of tests, built from test/collector; `--where` only tells its path.
import { provide } from './go-program.mjs'

provide({ name: 'collector', files: ['go.mod', 'go.sum', 'main.go'], source: '.' })
