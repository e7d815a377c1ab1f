import type { ViteUserConfig } from 'vitest/config';

// .ci/run asks for the counts as JSON beside the text, to print them as its last line.
const countsFile = process.env['VITEST_COUNTS_FILE'];

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // A test that asserts nothing cannot fail.
    expect: { requireAssertions: true },
    // Statistical tests simulate millions of requests; a shared runner may be several times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters:
      countsFile === undefined ? ['default'] : ['default', ['json', { outputFile: countsFile }]],
  },
};

export default config;
