import { defineConfig } from 'vitest/config'

// Mutants of the core are killed by the core's own tests, with one seed, so that a figure is one figure.
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts'],
    // The model of a whole migration takes seconds a mutant, and its machines have tests of their own.
    exclude: ['test/core/migration-model.test.ts'],
    setupFiles: ['scripts/mutation-setup.mjs'],
  },
})
