// make_dot against torchviz: the same DOT, byte for byte, and a Graph with the same functions.
import { describe, expect, test } from 'vitest';
import { observation } from '../../core/autograd/observer.ts';
import { defaultDotOptions, functionLabel, quoteDot } from '../../core/graph/make-dot.ts';
import { createRecorder } from '../../core/graph/recorder.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { readGolden } from '../golden/read-golden.ts';
import { dotCases, fromPython } from './dot-cases.ts';

interface Golden {
  readonly cases: readonly {
    readonly id: string;
    readonly variants: Readonly<
      Record<
        string,
        { readonly options: { params: boolean; show_attrs?: boolean; show_saved?: boolean; max_attr_chars?: number }; readonly dot: string }
      >
    >;
  }[];
}
const golden = readGolden<Golden>('graphs.json.gz');

describe('make_dot draws what torchviz draws', () => {
  for (const { id, variants } of golden.cases) {
    const build = dotCases[id];
    if (build === undefined) continue;
    test.each(Object.entries(variants))(`${id}: %s`, (_, { options, dot }) => {
      const recorder = createRecorder({ level: 'full', budgetBytes: 1 << 20 });
      observation.observer = recorder;
      try {
        const { out, params } = build();
        const roots = out instanceof Tensor ? [out] : out;
        const call = recorder.makeDot(roots, options.params && params.size > 0 ? params : null, {
          ...defaultDotOptions,
          showAttrs: options.show_attrs ?? false,
          showSaved: options.show_saved ?? false,
          maxAttrChars: options.max_attr_chars ?? 50,
        });
        expect(call.dot).toBe(dot);
        // The Graph for the window has the same functions, as often; a leaf that is an output has its AccumulateGrad besides.
        const functions = [...dot.matchAll(/ \[label="?(\w+Backward\d+|AccumulateGrad|CopySlices)/g)].map(([, name]) => name);
        const drawn = call.graph.nodes.filter((n) => n.kind === 'backward').map((n) => n.name);
        if (id !== 'leaf_output') expect(drawn.sort()).toEqual(functions.sort());
        expect(
          call.graph.edges.filter((e) => !call.graph.nodes.some((n) => n.id === e.from) || !call.graph.nodes.some((n) => n.id === e.to)),
        ).toEqual([]);
      } finally {
        observation.observer = null;
      }
    });
  }

  test('every case of the reference is here, or is run from Python', () => {
    const here = [...Object.keys(dotCases), ...fromPython];
    expect(golden.cases.map((c) => c.id).sort()).toEqual(here.sort());
    expect(golden.cases.map((c) => c.id).filter((id) => id.startsWith('notebook') && dotCases[id] === undefined)).toEqual([]);
  });
});

test.each([
  ['AccumulateGrad', 'AccumulateGrad'],
  ['-1.5', '-1.5'],
  ['node', '"node"'],
  ['a b', '"a b"'],
  ['say "x"', '"say \\"x\\""'],
  ['', '""'],
  ['1a', '"1a"'],
])('%s is quoted as graphviz does', (text, quoted) => expect(quoteDot(text)).toBe(quoted));

test('attributes stand in two columns and are cut at max_attr_chars', () => {
  expect(
    functionLabel(
      'PowBackward0',
      [
        ['exponent', '2'],
        ['self', '[saved tensor]'],
      ],
      50,
    ),
  ).toBe('PowBackward0\n------------------------\nexponent:              2\nself    : [saved tensor]');
  expect(functionLabel('F', [['a', '0123456789']], 5)).toBe('F\n--------\na: 01...');
  expect(functionLabel('F', [['a', '0123456789']], 0)).toBe('F\n------\na: ...');
});
