import { defineConfig } from 'vitest/config'

// Mutants of the core are killed by the core's own tests, with one seed, so that a figure is one figure.
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts'],
    setupFiles: ['scripts/mutation-setup.mjs'],
  },
})
