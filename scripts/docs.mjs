// Writes what is generated in the documents: those that come from the core's tables, and the tables
// of the page on durability. `npm run docs` builds first.
import { readFileSync, writeFileSync } from 'node:fs'
import { documents } from '../dist/src/core/documentation.js'
import { withTables } from '../dist/src/ec/durability/page.js'

for (const [path, text] of Object.entries(documents())) writeFileSync(path, text)

const durability = 'docs/durability.md'
writeFileSync(durability, withTables(readFileSync(durability, 'utf8')))
