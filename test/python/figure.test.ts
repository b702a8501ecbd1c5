// Figures: what pyplot hands over, where ticks fall, and the SVG that comes out.
import { beforeAll, describe, expect, test } from 'vitest';
import { figureInTheme, figureSvg } from '../../core/python/figure.ts';
import type { AxesSpec, AxisSpec, FigureSpec } from '../../core/python/figure-spec.ts';
import { linearTicks, ticksOf } from '../../core/python/figure-ticks.ts';
import { type NumpyRealm, numpyRealm } from './numpy-realm.ts';

const axis = (limits: readonly [number, number], scale: 'linear' | 'log' = 'linear'): AxisSpec => ({
  scale,
  limits,
  label: '',
  ticks: null,
  tickLabels: null,
  tickRotation: 0,
});
const axes = (over: Partial<AxesSpec>): AxesSpec => ({
  cell: { rows: 1, columns: 1, row: 0, column: 0, rowSpan: 1, columnSpan: 1 },
  x: axis([0, 10]),
  y: axis([0, 1]),
  title: '',
  grid: 'none',
  frame: true,
  sides: ['left', 'right', 'top', 'bottom'],
  twin: false,
  equal: false,
  legend: null,
  artists: [],
  ...over,
});
const figure = (...parts: AxesSpec[]): FigureSpec => ({ width: 400, height: 300, title: '', background: null, axes: parts });
const labels = (one: AxisSpec, length = 300) => ticksOf(one, length, 30).ticks.map((tick) => tick.label);

describe('ticks as matplotlib chooses them', () => {
  // Expected values: matplotlib.ticker.MaxNLocator('auto', steps=[1, 2, 2.5, 5, 10]).tick_values, those inside the limits.
  test.each([
    [0, 1, 9, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-7.45, 156.45, 9, [0, 20, 40, 60, 80, 100, 120, 140]],
    [0.9, 3.1, 6, [1, 1.5, 2, 2.5, 3]],
    [1.05, 2.98, 9, [1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75]],
    [-1.1, 1.1, 9, [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]],
    [1000.01, 1000.05, 4, [1000.01, 1000.02, 1000.03, 1000.04, 1000.05]],
  ])('%d … %d in at most %i', (low, high, bins, expected) => {
    const ticks = linearTicks(low, high, bins);
    expect(ticks.length).toBe(expected.length);
    ticks.forEach((tick, i) => {
      expect(tick).toBeCloseTo(expected[i], 9);
    });
  });
  test('labels carry as many decimals as they need, a real minus and a common power', () => {
    expect(labels(axis([-1, 1]))).toEqual(['\u22121.00', '\u22120.75', '\u22120.50', '\u22120.25', '0.00', '0.25', '0.50', '0.75', '1.00']);
    expect(labels(axis([0, 150]))).toEqual(['0', '20', '40', '60', '80', '100', '120', '140']);
    const tiny = ticksOf(axis([0, 1e-6]), 300, 30);
    expect([tiny.factor, tiny.ticks.map((tick) => tick.label)]).toEqual(['1e\u22126', ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']]);
  });
  test('a log axis names its decades', () => {
    const ticks = ticksOf(axis([1, 1000], 'log'), 300, 30).ticks;
    expect(ticks.filter((tick) => !tick.minor).map((tick) => tick.at)).toEqual([1, 10, 100, 1000]);
    expect(ticks.filter((tick) => tick.minor)).toHaveLength(24);
    expect(labels(axis([0.5, 3], 'log')).filter((label) => label !== '').length).toBeGreaterThan(2);
  });
});

describe('SVG', () => {
  test('texts are text, escaped', () => {
    const svg = figureSvg(figure(axes({ title: 'a < b & "c"', x: { ...axis([0, 10]), label: '에폭' } })));
    expect(svg).toContain('>a &lt; b &amp; &quot;c&quot;</text>');
    expect(svg).toContain('>에폭</text>');
  });
  test('the theme turns the ink only, and not on a ground of the figure’s own', () => {
    const svg = figureSvg(figure(axes({})));
    const dark = figureInTheme(svg, 'dark');
    expect(dark).toContain(' color="#E8EAEB"');
    expect(figureInTheme(dark, 'light')).toBe(svg);
    const grounded = figureSvg({ ...figure(axes({})), background: '#ffffff' });
    expect(figureInTheme(grounded, 'dark')).toBe(grounded);
  });
  test('gaps break a line; points without a place are left out', () => {
    const line = {
      kind: 'line',
      joined: true,
      step: null,
      marker: null,
      markerSize: 6,
      color: '#1f77b4',
      width: 1.5,
      dash: [],
      label: null,
      alpha: 1,
    } as const;
    const svg = figureSvg(figure(axes({ artists: [{ ...line, x: [0, 1, 2, 3, 4], y: [0, 1, null, 1, 0] }] })));
    expect(svg.match(/<path d="(M[^"]*)" fill="none" stroke="#1f77b4"/)?.[1].match(/M/g)).toHaveLength(2);
    const log = figureSvg(
      figure(axes({ y: axis([1, 100], 'log'), artists: [{ ...line, x: [0, 1, 2], y: [10, 0, -1], joined: false, marker: 'o' }] })),
    );
    expect(log.match(/<circle/g)).toHaveLength(1);
    expect(log).not.toContain('NaN');
  });
  test('a long rising line keeps its extremes', () => {
    const n = 100_000;
    const x = Array.from({ length: n }, (_, i) => i);
    const y = x.map((i) => (i === 54_321 ? 1 : 0.5));
    const line = {
      kind: 'line',
      joined: true,
      step: null,
      marker: null,
      markerSize: 6,
      color: 'red',
      width: 1,
      dash: [],
      label: null,
      alpha: 1,
    } as const;
    const svg = figureSvg(figure(axes({ x: axis([0, n]), artists: [{ ...line, x, y }] })));
    expect(svg.length).toBeLessThan(100_000);
    const top = Math.min(
      ...[...(svg.match(/<path d="(M[^"]*)" fill="none" stroke="red"/)?.[1] ?? '').matchAll(/ ([\d.]+)/g)].map((m) => Number(m[1])),
    );
    expect(top).toBeLessThan(20);
  });
  test('frames of a grid do not overlap, labels stay inside', () => {
    const cell = (column: number) => ({ rows: 1, columns: 2, row: 0, column, rowSpan: 1, columnSpan: 1 });
    const labelled = (column: number) =>
      axes({ cell: cell(column), x: { ...axis([0, 1]), label: 'x' }, y: { ...axis([0, 12345]), label: 'y' } });
    const svg = figureSvg(figure(labelled(0), labelled(1)));
    const frames = [...svg.matchAll(/<clipPath id="[^"]*"><rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map((m) => [
      Number(m[1]),
      Number(m[2]),
    ]);
    expect(frames).toHaveLength(2);
    expect(frames[0][0] + frames[0][1] + 40).toBeLessThan(frames[1][0]);
    expect(frames[1][0] + frames[1][1]).toBeLessThan(400);
    for (const at of svg.matchAll(/<text x="([-\d.]+)"/g)) expect(Number(at[1])).toBeGreaterThan(0);
  });
});

describe('pyplot', () => {
  let realm: NumpyRealm;
  beforeAll(async () => {
    realm = await numpyRealm();
    realm.run('import json, numpy as np, matplotlib.pyplot as plt, warnings');
  }, 60_000);
  const shownBy = (code: string) => {
    const before = realm.shown.length;
    realm.run(`${code}\nplt.close('all')\n''`);
    return realm.shown.slice(before);
  };
  const specOf = (code: string): FigureSpec => JSON.parse(realm.run(`plt.close('all')\n${code}\njson.dumps(plt.gcf().spec())`));
  const fails = (code: string) =>
    realm.run(`try:\n    ${code}\n    out = ''\nexcept Exception as error:\n    out = type(error).__name__ + ': ' + str(error)\nout`);

  test('two scatter plots: two axes, 80 and 20 points, labels', () => {
    const [shown] = shownBy(`
plt.figure(figsize=(10, 5))
for i, n in enumerate([80, 20]):
    plt.subplot(1, 2, i + 1)
    plt.xlabel(f'x{i}')
    plt.scatter(np.random.rand(n, 1), np.random.rand(n, 1))
plt.show()`);
    expect(shown.text).toBe('<Figure size 1000x500 with 2 Axes>');
    expect(shown.svg?.match(/<circle/g)).toHaveLength(100);
    expect(shown.svg?.match(/<clipPath/g)).toHaveLength(2);
    expect(shown.svg).toContain('>x1</text>');
  });
  test('limits: 5 % around the data, bars stand on 0, what is set stays', () => {
    expect(specOf('plt.plot([0, 10], [1, 2])').axes[0].x.limits).toEqual([-0.5, 10.5]);
    expect(specOf('plt.bar([0, 1], [5, 10])').axes[0].y.limits).toEqual([0, 10.5]);
    expect(specOf('plt.plot([0, 10]); plt.xlim(0, 5); plt.ylim(top=3)').axes[0].x.limits).toEqual([0, 5]);
    expect(specOf('plt.plot([3], [3])').axes[0].x.limits[0]).toBeLessThan(3);
    expect(specOf('plt.plot([])').axes[0].y.limits).toEqual([0, 1]);
    expect(specOf('plt.imshow(np.eye(3))').axes[0].y.limits).toEqual([2.5, -0.5]);
  });
  test('formats, columns, cycles, labels', () => {
    const [axes] = specOf("plt.plot([1, 2], 'r--o', label='a'); plt.plot(np.ones((3, 2))); plt.plot([1], 'k.'); plt.legend()").axes;
    expect(axes.artists.map((artist) => ('color' in artist ? artist.color : ''))).toEqual([
      '#ff0000',
      '#1f77b4',
      '#ff7f0e',
      'currentColor',
    ]);
    expect(axes.artists[0]).toMatchObject({ dash: [5.5, 2.4], marker: 'o', joined: true, label: 'a' });
    expect(axes.artists[3]).toMatchObject({ marker: '.', joined: false, label: null });
    expect(axes.legend).toMatchObject({ place: 'best' });
  });
  test('subplots, names on an axis, sharing, not finite numbers', () => {
    expect(specOf('fig, ax = plt.subplots(2, 2); ax[1, 0].plot([1]); fig.tight_layout()').axes.map((one) => one.cell.row)).toEqual([
      0, 0, 1, 1,
    ]);
    expect(specOf("plt.bar(['a', 'b'], [1, 2])").axes[0].x).toMatchObject({ ticks: [0, 1], tickLabels: ['a', 'b'] });
    const shared = specOf('fig, (a, b) = plt.subplots(1, 2, sharey=True); a.plot([0, 1]); b.plot([0, 20])').axes;
    expect(shared[0].y.limits).toEqual(shared[1].y.limits);
    expect(specOf("plt.plot([1, float('nan'), np.inf])").axes[0].artists[0]).toMatchObject({ y: [1, null, null] });
  });
  test('a second y axis shares x; sides of the frame can go', () => {
    const [first, second] = specOf(
      "plt.plot([0, 10], [0, 1]); ax = plt.gca(); ax.spines[['top', 'right']].set_visible(False); b = ax.twinx(); b.plot([5, 20], [0, 500]); b.set_ylabel('lr')",
    ).axes;
    expect(first.x.limits).toEqual([-1, 21]);
    expect(second.x.limits).toEqual([-1, 21]);
    expect([first.sides, second.twin, second.y.limits[1]]).toEqual([['left', 'bottom'], true, 525]);
    const svg = realm.run('plt.gcf().svg()');
    expect(svg).toContain('>lr</text>');
    expect(svg).toContain('>500</text>');
  });
  test('what is missing or wrong says so', () => {
    expect(fails('plt.pie([1])')).toBe('NotImplementedError: matplotlib.pyplot.pie is not in Nabla yet');
    expect(fails('plt.gca().twiny()')).toBe("NotImplementedError: matplotlib's Axes.twiny is not in Nabla yet");
    expect(fails('plt.plot([1, 2], [1, 2, 3])')).toBe('ValueError: x and y must have same first dimension, but have shapes (2,) and (3,)');
    expect(fails('plt.scatter([1, 2], [1])')).toBe('ValueError: x and y must be the same size');
    expect(fails("plt.plot([1], 'q')")).toMatch(/^ValueError: 'q' is not a valid format string/);
    expect(fails('plt.foo')).toBe("AttributeError: module 'matplotlib.pyplot' has no attribute 'foo'");
    const warned = realm.run(`
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter('always')
    plt.plot([1], zorder=3, sketch=1)
str([str(one.message) for one in seen])`);
    expect(warned).toBe(`["sketch= of matplotlib's plot is not in Nabla yet and was left out"]`);
  });
  test('figures are shown once, closed afterwards, saved as SVG', () => {
    expect(shownBy('plt.plot([1])\nplt.show()\nplt.show()')).toHaveLength(1);
    const saved = realm.run(`
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter('always')
    plt.plot([1, 2]); plt.savefig('/tmp/a.svg'); plt.savefig('/tmp/b.png')
plt.close()
str(open('/tmp/a.svg').read() == open('/tmp/b.svg').read()) + str(seen[0].message)`);
    expect(saved).toBe("Truesavefig('/tmp/b.png'): Nabla writes figures as SVG; this one is in '/tmp/b.svg'");
  });
});
