import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two at a time, as many as the smallest build server has cores: most of the time they wait for real programs.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,plugin,simulator,node-red-nodes,ui,scripts,bench,test/support}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
