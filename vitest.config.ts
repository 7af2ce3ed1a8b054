import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that start programs and servers take longest: behind them, short ones fill the rest. */
class ProgramsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => /\/test\/(e2e|deploy)\//.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter(one => !isLong(one))]
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Files that run in one worker share their modules: reading all of them again for each file
    // took most of the time of the short ones. So a module of tests keeps nothing beyond a test,
    // and puts its hooks into functions: `onTestFinished` for a test, `afterAll` for a file.
    isolate: false,
    sequence: { sequencer: ProgramsFirst },
    // Much of the time is spent waiting for servers, whose clocks go on meanwhile.
    maxWorkers: 4,
    // The machines that run these are small and shared: a slow one is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
