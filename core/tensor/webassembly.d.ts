// The one host type core needs that is in no ECMAScript library: WebAssembly.Memory. Where the DOM's types are present they serve instead.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    grow(pages: number): number;
  }
}
