// Where the script stands, read from Python's own frames in its memory: the layout is the one CPython publishes for debuggers that look from outside
// (`_Py_DebugOffsets`). No Python runs and nothing is kept up to date for it. It knows no tensor and no recorder.
import type { CallSite, Site } from '../autograd/observer.ts';
import type { PythonObjects } from './python-objects.ts';

/** Positions in `_Py_DebugOffsets` of CPython 3.14, in its 64-bit words. */
const word = { version: 1, currentFrame: 26, previous: 32, executable: 33, instruction: 34, fileName: 40, code: 48 } as const;
const VERSION = 0x030e;
/** The lowest bits of a reference in a frame say how it is counted. */
const TAGS = 3;
/** Code objects remembered at once; they are held, so that an address stays theirs. */
const REMEMBERED = 4096;

const nowhere: Site = { cell: 0, line: 0 };

/** A script's code: its cell, and the places met in it by instruction. */
interface ScriptCode {
  readonly cell: number;
  readonly sites: Map<number, Site>;
}

export class ScriptFrames implements CallSite {
  readonly #objects: PythonObjects;
  readonly #sources: number;
  readonly #offset: Readonly<Record<keyof typeof word, number>>;
  /** null: not the script's. */
  readonly #codes = new Map<number, ScriptCode | null>();

  /** `sources`: address of Python's dictionary of script files, file name → cell; it outlives this. */
  constructor(objects: PythonObjects, sources: number) {
    this.#objects = objects;
    this.#sources = sources;
    const { HEAP32, __PyRuntime } = objects.python;
    const at = (position: number): number => HEAP32[(__PyRuntime >> 2) + 2 * position];
    this.#offset = Object.fromEntries(Object.entries(word).map(([name, position]) => [name, at(position)])) as never;
    if (this.#offset.version >>> 16 !== VERSION) throw new Error('the frames of this Python are not known');
  }

  innermost(): Site {
    const { python } = this.#objects;
    const { currentFrame, previous, executable } = this.#offset;
    const memory = python.HEAP32;
    for (let frame = memory[(python._PyThreadState_Get() + currentFrame) >> 2]; frame !== 0; frame = memory[(frame + previous) >> 2]) {
      const code = memory[(frame + executable) >> 2] & ~TAGS;
      const known = this.#codes.get(code);
      const script = known === undefined ? this.#meet(code) : known;
      if (script !== null) return this.#siteIn(script, code, frame);
    }
    return nowhere;
  }

  topLevel(): Site {
    const { python } = this.#objects;
    const { currentFrame, previous, executable } = this.#offset;
    const memory = python.HEAP32;
    let outermost = 0;
    let found: ScriptCode | null = null;
    for (let frame = memory[(python._PyThreadState_Get() + currentFrame) >> 2]; frame !== 0; frame = memory[(frame + previous) >> 2]) {
      const code = memory[(frame + executable) >> 2] & ~TAGS;
      const known = this.#codes.get(code);
      const script = known === undefined ? this.#meet(code) : known;
      if (script === null) continue;
      outermost = frame;
      found = script;
    }
    return found === null ? nowhere : this.#siteIn(found, memory[(outermost + executable) >> 2] & ~TAGS, outermost);
  }

  /** Lets go of the code met: after a run, and when it has files the code met before may be of. */
  forget(): void {
    const { python } = this.#objects;
    for (const code of this.#codes.keys()) python._Py_DecRef(code);
    this.#codes.clear();
  }

  /** Whose code it is. Between two Python calls stand frames that run none. */
  #meet(code: number): ScriptCode | null {
    const { python } = this.#objects;
    if (this.#objects.typeOf(code) !== python._PyCode_Type) return null;
    const file = python.HEAP32[(code + this.#offset.fileName) >> 2];
    if (file === 0) return null;
    if (this.#codes.size >= REMEMBERED) this.forget();
    const cell = python._PyDict_GetItem(this.#sources, file);
    const script = cell === 0 ? null : { cell: python._PyLong_AsLong(cell), sites: new Map<number, Site>() };
    this.#codes.set(this.#objects.counted(code), script);
    return script;
  }

  #siteIn({ cell, sites }: ScriptCode, code: number, frame: number): Site {
    const { python } = this.#objects;
    const instruction = python.HEAP32[(frame + this.#offset.instruction) >> 2] - code - this.#offset.code;
    let site = sites.get(instruction);
    if (site === undefined) {
      site = { cell, line: Math.max(0, python._PyCode_Addr2Line(code, instruction)) };
      sites.set(instruction, site);
    }
    return site;
  }
}
