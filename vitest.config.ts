import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // TensorFlow's binding keeps native state per process, so suites run in forks, never in threads.
    pool: 'forks',
    maxWorkers: 2,
  },
});
