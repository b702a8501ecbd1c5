// A helper thread of the command line: computes what it is given until the process ends.
import { setFlagsFromString } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { type HelperStart, helperLoop } from '../core/thread.ts';

// As the thread that asks: both must round alike.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
helperLoop(workerData as HelperStart);
