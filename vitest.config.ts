// Two kinds of tests: those that need Node only, and those that drive the built app, one at a time.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // The op files once more, all of them on the WebAssembly kernels: plain, and fused.
      ...['plain', 'relaxed'].map((path) => ({
        test: {
          name: path,
          environment: 'node' as const,
          include: ['test/ops/**/*.test.ts'],
          setupFiles: ['test/devices/all-wide.ts'],
          env: { NABLA_KERNELS: path },
          testTimeout: 30_000,
        },
      })),
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
