import { defineConfig } from 'vitest/config'

// Mutants of the core are killed by the core's own tests, with one seed, so that a figure is one
// figure. COUCHESTOR_MUTATION_TESTS names some of them where one file is worked on.
const some = process.env.COUCHESTOR_MUTATION_TESTS

export default defineConfig({
  test: {
    include:
      some === undefined ? ['test/core/**/*.test.ts', 'test/laws/**/*.test.ts'] : some.split(','),
    setupFiles: ['scripts/mutation-setup.mjs'],
  },
})
