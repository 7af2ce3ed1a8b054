// Writes what is generated: the documents that come from the core's tables, the tables of the page
// on durability, and the CustomResourceDefinitions. `npm run docs` builds first.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { definitionFiles } from '../dist/src/cli/definition-files.js'
import { documents } from '../dist/src/core/documentation.js'
import { withTables } from '../dist/src/ec/durability/page.js'

for (const [path, text] of Object.entries(documents())) writeFileSync(path, text)

const durability = 'docs/durability.md'
writeFileSync(durability, withTables(readFileSync(durability, 'utf8')))

mkdirSync('crds', { recursive: true })
for (const [path, text] of Object.entries(definitionFiles())) writeFileSync(path, text)
