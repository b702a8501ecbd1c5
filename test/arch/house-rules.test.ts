// Rules that no compiler checks: what the engine must not touch, and how files are named and opened.
import { describe, expect, it } from 'vitest';
import { importsOf, resolved, sourceFiles, textOf } from './imports.ts';

/** Code without its comments and strings, line by line. */
function bare(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (match) => match.replace(/[^\n]/g, ' '));
}

function places(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    bare(textOf(path))
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 80)}`] : [])),
  );
}

const core = sourceFiles('core');
const all = sourceFiles('core', 'renderer', 'electron', 'test');

describe('the engine', () => {
  it('imports no package and nothing of Node', () => {
    const imports = core.flatMap((path) =>
      importsOf(path, textOf(path))
        .filter(({ specifier }) => resolved(path, specifier) === null)
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    // fflate is pure arithmetic over bytes: the .nabla file is a zip.
    expect(imports.filter((found) => !/: fflate$/.test(found))).toEqual([]);
  });

  it('has no clock, no chance, no console', () => {
    expect(
      places(core, /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bconsole\.|\bsetTimeout\b|\bsetInterval\b/),
    ).toEqual([]);
  });

  it('computes with its own elementary functions: those of Math differ in the last bit between hosts', () => {
    const kernels = core.filter((path) => /^core\/(tensor|ops|devices|autograd|random|nn|optim|data)\//.test(path));
    expect(
      places(
        kernels,
        /\bMath\.(exp|expm1|log|log1p|log2|log10|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|pow|hypot)\b/,
      ),
    ).toEqual([]);
    expect(places(['test/arch/house-rules.test.ts'], /\bMath\.exp\b/)).toEqual([]);
  });
});

describe('drawing', () => {
  it('knows no DOM and no React below the state', () => {
    const pure = sourceFiles('renderer/graph', 'renderer/playback');
    expect(places(pure, /\b(document|window)\.|\bHTMLElement\b|\bSVGElement\b|\bnavigator\./)).toEqual([]);
    const packages = pure.flatMap((path) =>
      importsOf(path, textOf(path))
        .filter(({ specifier }) => /^(react|d3-selection|d3-zoom|zustand)/.test(specifier))
        .map(() => path),
    );
    expect(packages).toEqual([]);
  });
});

describe('files', () => {
  it('are named in kebab-case, and for what they hold', () => {
    expect(all.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.tsx?$/.test(path.split('/').at(-1) ?? ''))).toEqual([]);
    expect(all.filter((path) => /\b(utils?|helpers?|common|misc|managers?|services?)\b/.test(path))).toEqual([]);
  });

  it('open with what they are', () => {
    // A test's names say what it is.
    const sources = all.filter((path) => !path.startsWith('test/'));
    expect(sources.filter((path) => !/^(\/\/|\/\*)/.test(textOf(path)))).toEqual([]);
  });

  it('leave nothing open', () => {
    const marks = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X'].join(''));
    const found = all.flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, i) => (marks.test(line) ? [`${path}:${i + 1}`] : [])),
    );
    expect(found).toEqual([]);
    expect(places(all, /\b(it|test|describe)\.(only|skip)\(/)).toEqual([]);
  });
});
