// Writes the documents that are generated from the core's tables. `npm run docs` builds first.
import { writeFileSync } from 'node:fs'
import { documents } from '../dist/src/core/documentation.js'

for (const [path, text] of Object.entries(documents())) writeFileSync(path, text)
