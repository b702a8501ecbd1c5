// The second door of the engine: what a helper thread runs. It brings nothing else along, so that a thread starts at once.

export { type HelperStart, helperLoop } from './devices/cpu/thread-loop.ts';
