// SVG text → PNG bytes at twice the size in the window: fetches the bundled fonts and hands them to the one PNG maker.
import resvgUrl from '@resvg/resvg-wasm/index_bg.wasm?url';
import { pngOf as draw } from '../graph/png.ts';

const fonts = import.meta.glob<string>(
  [
    '../../node_modules/@ibm/plex-mono/fonts/complete/woff2/IBMPlexMono-{Regular,Medium,SemiBold}.woff2',
    '../../node_modules/@ibm/plex-sans/fonts/complete/woff2/IBMPlexSans-{Regular,Medium,SemiBold}.woff2',
  ],
  { query: '?url', import: 'default', eager: true },
);

let loaded: Promise<Uint8Array[]> | null = null;

const load = (): Promise<Uint8Array[]> =>
  Promise.all(Object.values(fonts).map(async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer())));

export async function pngOf(svg: string): Promise<Uint8Array> {
  loaded ??= load();
  return draw(svg, { wasm: () => fetch(resvgUrl), fonts: await loaded, scale: 2 });
}
