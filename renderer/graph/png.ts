// SVG text → PNG bytes, by the same library in every host. Fonts and the WebAssembly module are handed in: no files, no network here.
import { initWasm, Resvg } from '@resvg/resvg-wasm';

type WasmSource = Parameters<typeof initWasm>[0];

let ready: Promise<void> | null = null;

export interface PngOptions {
  /** resvg's `index_bg.wasm`: bytes, module or response, or what fetches it. Asked for once. */
  readonly wasm: WasmSource | (() => WasmSource);
  /** Font files: TrueType, OpenType or WOFF2. */
  readonly fonts: readonly Uint8Array[];
  /** 1–4 pixels for each graph pixel. */
  readonly scale: number;
}

/** Text looks as in the window where the fonts are IBM Plex; the boxes are the same whatever they are. */
export async function pngOf(svg: string, { wasm, fonts, scale }: PngOptions): Promise<Uint8Array> {
  ready ??= initWasm(typeof wasm === 'function' ? wasm() : wasm);
  await ready;
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontBuffers: [...fonts],
      defaultFontFamily: 'IBM Plex Mono',
      monospaceFamily: 'IBM Plex Mono',
      sansSerifFamily: 'IBM Plex Sans',
      loadSystemFonts: false,
    },
  });
  const image = resvg.render();
  const bytes = image.asPng();
  image.free();
  resvg.free();
  return bytes;
}
