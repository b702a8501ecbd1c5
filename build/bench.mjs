// `npm run bench`: bundles the benchmarks as the app is bundled and runs them in a process of their own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, out, root } from './project.mjs';
import { bundleForNode } from './targets.mjs';

ensureInstalled();
try {
  await build({ names: ['pyodide', 'python'], quiet: true });
  await bundleForNode(await import('vite'), 'bench', 'bench', 'es', 'node20', 'test/bench/bench.ts');
} catch (error) {
  fail(`the build failed: ${error.message ?? error}`);
}
const { status } = spawnSync(process.execPath, [join(out, 'bench/bench.mjs'), root, join(out, 'renderer')], { stdio: 'inherit' });
process.exit(status ?? 1);
