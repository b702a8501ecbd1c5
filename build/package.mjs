// `npm run package [-- options for electron-builder]`: the app with its runtime in one folder, dist/*-unpacked.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { makeIcon } from './icon.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, root } from './project.mjs';

ensureInstalled();
try {
  await build();
  await makeIcon();
} catch (error) {
  fail(`the build failed: ${error.message ?? error}`);
}
const given = process.argv.slice(2);
// A runtime that a person named serves here too.
const runtime = process.env.ELECTRON_OVERRIDE_DIST_PATH;
const dist = runtime && !given.some((word) => word.startsWith('-c.electronDist')) ? [`-c.electronDist=${runtime}`] : [];
const builder = join(root, 'node_modules/electron-builder/cli.js');
const { status } = spawnSync(process.execPath, [builder, '--dir', '--publish', 'never', ...dist, ...given], {
  cwd: root,
  stdio: 'inherit',
});
// A runtime of one's own brings the program that opens folders for developers; the app has no use for it.
for (const entry of readdirSync(join(root, 'dist'), { withFileTypes: true })) {
  if (entry.isDirectory()) rmSync(join(root, 'dist', entry.name, 'resources/default_app.asar'), { force: true });
}
process.exit(status ?? 1);
