import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most of the time is spent waiting for servers, whose clocks go on meanwhile.
    maxWorkers: 4,
    // The machines that run these are small and shared: a slow one is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
