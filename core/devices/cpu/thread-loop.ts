// What a helper thread runs until it is told to stop: it waits for a list of kernel calls, makes them, says so. Imports nothing: a host may
// start it in a thread of any kind. The block: [state, failed] as int32, then from byte 16 the calls as float64: how many numbers follow, then
// for each call the kernel's place in KERNELS, how many arguments, the arguments.

export const IDLE = 0;
export const READY = 1;
export const STOP = 2;
/** Until the helper is there: some hosts cannot start a thread while the one that asked is busy. */
export const STARTING = 3;
export const CALLS_AT = 16;
export const BLOCK_BYTES = 1 << 16;
/** Numbers a block's calls may take. */
export const CALL_ROOM = (BLOCK_BYTES - CALLS_AT) / 8 - 1;
/** Looks at the state this often before sleeping: a share follows a share within one hot step. */
export const SPINS = 20_000;

/** What helpers can be asked to run. */
export const KERNELS = [
  ...['gemm32', 'gemm64', 'setWindows', 'pad32', 'pad64', 'convolve32', 'convolve64', 'convolveDirect32', 'convolveDirect64'],
  ...['packFew', 'convolveFew', 'windowGradient32', 'windowGradient64'],
  ...['lstmForward32', 'lstmBackward32', 'attend32', 'attendBackward32'],
  ...['moments32', 'moments64', 'normalize32', 'normalize64', 'normalizeBackward32', 'normalizeBackward64'],
  ...['clear', 'crop32', 'crop64', 'addWindows32', 'addWindows64', 'layOut', 'gradientFew', 'sumsFew', 'inputGradientFive'],
  ...['sideBySide', 'apart', 'layOutSideBySide', 'packSideBySide', 'addSideBySide'],
  ...['foldRows32', 'foldRows64', 'foldBlocks32', 'foldBlocks64', 'sumColumns32', 'sumColumns64'],
  ...['maxPool32', 'maxPool64'],
  ...['copy1', 'copy2', 'copy4', 'copy8'],
] as const;

/** In a kernel's place: the function `run` of a module of its own, whose bytes lie in memory; their address and length come before its arguments. */
export const ROW = KERNELS.length;

/** What a helper is started with; can be posted to a thread. */
export interface HelperStart {
  readonly memory: WebAssembly.Memory;
  /** The kernels' binary, the same as the starter's: shares must round alike. */
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Address of this helper's block. */
  readonly block: number;
}

export function helperLoop({ memory, binary, block }: HelperStart): void {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  const kernels = KERNELS.map((name) => exports[name] as (...numbers: number[]) => void);
  const rows = new Map<number, (...numbers: number[]) => void>();
  kernels[ROW] = (at, length, ...args) => {
    let run = rows.get(at);
    if (run === undefined) {
      const module = new WebAssembly.Module(new Uint8Array(memory.buffer, at, length).slice());
      run = new WebAssembly.Instance(module, { env: { memory } }).exports.run as (...numbers: number[]) => void;
      rows.set(at, run);
    }
    run(...args);
  };
  const state = new Int32Array(memory.buffer, block, 2);
  const calls = new Float64Array(memory.buffer, block + CALLS_AT, CALL_ROOM + 1);
  Atomics.compareExchange(state, 0, STARTING, IDLE);
  for (;;) {
    for (let i = 0; i < SPINS && Atomics.load(state, 0) === IDLE; i++);
    while (Atomics.load(state, 0) === IDLE) Atomics.wait(state, 0, IDLE);
    if (Atomics.load(state, 0) !== READY) return;
    try {
      for (let at = 1; at <= calls[0]; at += 2 + calls[at + 1]) kernels[calls[at]](...calls.subarray(at + 2, at + 2 + calls[at + 1]));
    } catch {
      Atomics.store(state, 1, 1);
    }
    // Told to stop meanwhile: that stays.
    Atomics.compareExchange(state, 0, READY, IDLE);
    Atomics.notify(state, 0);
  }
}
