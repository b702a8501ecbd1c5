// What a script prints, cell by cell, as messages that a window survives: the head, then only the tail of a flood.
// It knows no Python and no window.

type OutputSink = (stream: 'stdout' | 'stderr', text: string) => void;

/** Characters of one cell's output that pass at once; as many again are kept from the end. */
export const outputLimit = 400_000;

export class OutputStream {
  readonly #sink: OutputSink;
  readonly #limit: number | null;
  #passed = 0;
  #tail: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  #tailSize = 0;
  #leftOutLines = 0;
  #leftOutCharacters = 0;
  /** The tail begins within a line. */
  #midLine = false;

  /** `limit` null: everything passes (the command line). */
  constructor(sink: OutputSink, limit: number | null) {
    this.#sink = sink;
    this.#limit = limit;
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    const limit = this.#limit;
    if (limit === null || this.#passed + text.length <= limit) {
      this.#passed += text.length;
      this.#sink(stream, text);
      return;
    }
    if (this.#passed < limit) {
      // The head ends at a line's end.
      const room = limit - this.#passed;
      const cut = text.lastIndexOf('\n', room) + 1;
      if (cut > 0) this.#sink(stream, text.slice(0, cut));
      text = text.slice(cut);
      this.#passed = limit;
    }
    this.#tail.push({ stream, text });
    this.#tailSize += text.length;
    while (this.#tail.length > 1 && this.#tailSize - this.#tail[0].text.length >= limit) {
      const dropped = this.#tail.shift() as { text: string };
      this.#tailSize -= dropped.text.length;
      this.#leftOutCharacters += dropped.text.length;
      this.#leftOutLines += countLines(dropped.text);
      this.#midLine = !dropped.text.endsWith('\n');
    }
  }

  /** The cell is over: what was kept of the end goes out, with a word on what was left out. */
  end(): void {
    if (this.#tail.length > 0) {
      if (this.#leftOutCharacters > 0) {
        if (this.#midLine) {
          const first = this.#tail[0];
          first.text = first.text.slice(first.text.indexOf('\n') + 1);
          this.#leftOutLines++;
        }
        this.#sink('stdout', `… ${this.#leftOutLines.toLocaleString('en-US')} lines left out here: the command line prints them all …\n`);
      }
      for (const { stream, text } of this.#tail) this.#sink(stream, text);
    }
    this.#passed = 0;
    this.#tail = [];
    this.#tailSize = 0;
    this.#leftOutLines = 0;
    this.#leftOutCharacters = 0;
    this.#midLine = false;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
