// What a helper thread runs until it is told to stop: it waits for a share of a product, computes it, says so. Imports nothing: a host may
// start it in a thread of any kind. The block: [state, failed] as int32, then from byte 16 the kernel (0 float32, 1 float64) and its arguments.

export const IDLE = 0;
export const READY = 1;
export const STOP = 2;
export const ARGUMENTS_AT = 16;
export const BLOCK_BYTES = ARGUMENTS_AT + 8 * 17;
/** Looks at the state this often before sleeping: a share follows a share within one hot step. */
export const SPINS = 20_000;

/** What a helper is started with; can be posted to a thread. */
export interface HelperStart {
  readonly memory: WebAssembly.Memory;
  /** The kernels' binary, the same as the starter's: shares must round alike. */
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Address of this helper's block. */
  readonly block: number;
}

export function helperLoop({ memory, binary, block }: HelperStart): void {
  const kernels = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports;
  const gemms = [kernels.gemm32, kernels.gemm64] as ((...numbers: number[]) => void)[];
  const state = new Int32Array(memory.buffer, block, 2);
  const numbers = new Float64Array(memory.buffer, block + ARGUMENTS_AT, 17);
  for (;;) {
    for (let i = 0; i < SPINS && Atomics.load(state, 0) === IDLE; i++);
    while (Atomics.load(state, 0) === IDLE) Atomics.wait(state, 0, IDLE);
    if (Atomics.load(state, 0) === STOP) return;
    try {
      gemms[numbers[0]](...numbers.subarray(1));
    } catch {
      Atomics.store(state, 1, 1);
    }
    Atomics.store(state, 0, IDLE);
    Atomics.notify(state, 0);
  }
}
