// What stands on lines besides their text: the lit line, the sign where the script is, the error block below the line that failed.
// A CodeMirror extension fed through one effect; it knows no store.
import { type EditorState, type Extension, type Range, RangeSet, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  gutterLineClass,
  gutterWidgetClass,
  WidgetType,
} from '@codemirror/view';

export interface LineError {
  readonly line: number;
  readonly message: string;
  readonly notes: readonly string[];
}

/** Lines count from 1; 0 or null: none. */
export interface LineMarks {
  readonly lit: number;
  readonly running: number;
  readonly error: LineError | null;
}

export const setMarks = StateEffect.define<LineMarks>();

class ErrorBlock extends WidgetType {
  readonly #error: LineError;
  constructor(error: LineError) {
    super();
    this.#error = error;
  }
  override eq(other: ErrorBlock): boolean {
    return JSON.stringify(other.#error) === JSON.stringify(this.#error);
  }
  override toDOM(): HTMLElement {
    const block = document.createElement('div');
    block.className = 'error-block';
    block.setAttribute('role', 'alert');
    const message = block.appendChild(document.createElement('div'));
    message.className = 'error-message';
    message.textContent = this.#error.message;
    for (const text of this.#error.notes) {
      const note = block.appendChild(document.createElement('div'));
      note.className = 'error-note';
      note.textContent = text;
    }
    return block;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

class NumberClass extends GutterMarker {
  override readonly elementClass: string;
  constructor(name: string) {
    super();
    this.elementClass = name;
  }
}
const litNumber = new NumberClass('cm-lit-number');
const failedNumber = new NumberClass('cm-failed-number');
const failedBlock = new NumberClass('cm-failed-block');

class PlaceSign extends GutterMarker {
  override toDOM(): Node {
    const sign = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    sign.setAttribute('width', '8');
    sign.setAttribute('height', '10');
    sign.setAttribute('viewBox', '0 0 8 10');
    const path = sign.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
    path.setAttribute('d', 'M1 1v8l6-4Z');
    path.setAttribute('fill', 'currentColor');
    return sign;
  }
}
const placeSign = new PlaceSign();

interface Drawn {
  readonly marks: LineMarks;
  readonly lines: DecorationSet;
  readonly numbers: RangeSet<GutterMarker>;
  readonly places: RangeSet<GutterMarker>;
}

function draw(state: EditorState, marks: LineMarks): Drawn {
  const start = (line: number): number | null => (line >= 1 && line <= state.doc.lines ? state.doc.line(line).from : null);
  const lines: Range<Decoration>[] = [];
  const numbers: Range<GutterMarker>[] = [];
  const lit = start(marks.lit);
  const failed = marks.error ? start(marks.error.line) : null;
  if (lit !== null && lit !== failed) {
    lines.push(Decoration.line({ class: 'cm-lit' }).range(lit));
    numbers.push(litNumber.range(lit));
  }
  if (failed !== null && marks.error) {
    lines.push(Decoration.line({ class: 'cm-failed' }).range(failed));
    lines.push(Decoration.widget({ widget: new ErrorBlock(marks.error), block: true, side: 1 }).range(state.doc.lineAt(failed).to));
    numbers.push(failedNumber.range(failed));
  }
  const running = start(marks.running);
  return {
    marks,
    lines: Decoration.set(lines, true),
    numbers: RangeSet.of(numbers, true),
    places: running === null ? RangeSet.empty : RangeSet.of([placeSign.range(running)]),
  };
}

const none: LineMarks = { lit: 0, running: 0, error: null };

const field = StateField.define<Drawn>({
  create: (state) => draw(state, none),
  update(drawn, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return draw(transaction.state, effect.value);
    if (!transaction.docChanged) return drawn;
    return {
      marks: drawn.marks,
      lines: drawn.lines.map(transaction.changes),
      numbers: drawn.numbers.map(transaction.changes),
      places: drawn.places.map(transaction.changes),
    };
  },
  provide: (self) => [EditorView.decorations.from(self, (drawn) => drawn.lines), gutterLineClass.from(self, (drawn) => drawn.numbers)],
});

/** The gutter of the running sign stands before the line numbers, so this goes before them in the extensions. */
export const lineMarks: Extension = [
  field,
  gutterWidgetClass.of((_view, widget) => (widget instanceof ErrorBlock ? failedBlock : null)),
  gutter({ class: 'cm-place', markers: (view) => view.state.field(field).places }),
];
