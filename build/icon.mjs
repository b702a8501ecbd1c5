// Draws the app's icon from build/icon.svg, with the same library that the app's PNG export uses.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { out, root } from './project.mjs';

export async function makeIcon() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(readFileSync(join(root, 'node_modules/@resvg/resvg-wasm/index_bg.wasm')));
  const folder = join(out, 'icons');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'icon.png'),
    new Resvg(readFileSync(join(root, 'build/icon.svg'), 'utf8'), { fitTo: { mode: 'width', value: 1024 } }).render().asPng(),
  );
}
