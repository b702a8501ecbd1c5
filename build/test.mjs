// `npm test [-- words for vitest]`: installs, checks, builds, runs every test. Last line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { checks, runChecks } from './check.mjs';
import { findChromium } from './chromium.mjs';
import { findElectron, hasDisplay } from './electron-runtime.mjs';
import { ensureInstalled } from './install.mjs';
import { out, root, say } from './project.mjs';

ensureInstalled();
const words = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };

const failedChecks = words.length > 0 ? [] : runChecks();
totals.failed += failedChecks.length;
totals.passed += words.length > 0 ? 0 : Object.keys(checks).length - failedChecks.length;

try {
  await build();
  totals.passed++;
} catch (error) {
  say(`FAILED the build: ${error.message ?? error}`);
  totals.failed++;
}

const chromium = await findChromium();
if (chromium === null) {
  say('============================================================================');
  say('NO CHROMIUM COULD BE FOUND OR INSTALLED: the end-to-end tests are SKIPPED.');
  say('Install one, or name it in NABLA_CHROMIUM. Under CI this counts as a failure.');
  say('============================================================================');
  if (process.env.CI) totals.failed++;
}
const electron = findElectron({ download: false }).path;
if (electron === null || !hasDisplay()) {
  say(
    `end-to-end tests in Electron are skipped: ${electron === null ? 'no runtime is present (ELECTRON_OVERRIDE_DIST_PATH names one)' : 'there is no display'}`,
  );
}

const projects = ['unit', 'plain', 'relaxed', ...(chromium === null ? [] : ['e2e'])];
for (const project of projects) runProject(project);
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 ? 0 : 1);

/** One vitest project; its report is read from a file so that what it prints stays for people. */
function runProject(project) {
  const report = join(out, `test-${project}.json`);
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    '--passWithNoTests',
    ...words,
  ];
  const env = { ...process.env, NABLA_CHROMIUM: chromium ?? '', NABLA_ELECTRON: electron !== null && hasDisplay() ? electron : '' };
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env,
  });
  let failed = 0;
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that could not be loaded has no test to fail.
    const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    totals.passed += numPassedTests;
    failed = Math.max(numFailedTests + broken, numFailedTests > 0 || numFailedTestSuites > 0 ? 1 : 0);
  } catch {
    failed = 1;
  }
  totals.failed += failed === 0 && status !== 0 ? 1 : failed;
}
