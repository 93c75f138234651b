import { defineConfig } from 'vitest/config';
import { TAGS } from './scripts/fast/leftOut.mjs';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A page or process that is waited for shares its processors with other suites.
    expect: { poll: { timeout: 20_000 } },
    // TensorFlow's binding keeps native state per process, so suites run in forks, never in threads.
    pool: 'forks',
    maxWorkers: 2,
    // A test with one of these is left out by `npm run test:fast`.
    tags: TAGS,
  },
});
