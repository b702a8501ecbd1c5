// The command line's grammar: words in, one typed command or one line of complaint out. Runs nothing.

export type Command =
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly threads?: number;
      readonly device: 'cpu' | 'gpu';
      readonly figures: string | null;
      readonly files: string | null;
      readonly argv: readonly string[];
    }
  | {
      readonly kind: 'dot';
      readonly file: string;
      readonly threads?: number;
      readonly out: string | null;
      readonly showAttrs: boolean;
      readonly showSaved: boolean;
      readonly graph: number | null;
      readonly argv: readonly string[];
    }
  | {
      readonly kind: 'svg';
      readonly file: string;
      readonly threads?: number;
      readonly out: string;
      readonly graph: number | null;
      readonly theme: 'light' | 'dark';
      readonly view: 'autograd' | 'paired';
      readonly argv: readonly string[];
    }
  | { readonly kind: 'trace'; readonly file: string; readonly threads?: number; readonly out: string; readonly argv: readonly string[] }
  | { readonly kind: 'serve'; readonly file: string | null; readonly port: number }
  | { readonly kind: 'docs'; readonly name: string | null }
  | { readonly kind: 'help' };

/** Bad usage: the command line prints the message and exits with 2. */
export class UsageError extends Error {}

export const usage = `nabla run   FILE [--device cpu|gpu] [--figures DIR] [--files DIR]   print what the script prints
nabla dot   FILE [-o OUT] [--show-attrs] [--show-saved] [--graph N]  DOT of the script's make_dot call N (default: the last)
nabla svg   FILE -o OUT [--graph N] [--theme light|dark] [--view autograd|paired]
nabla trace FILE -o OUT                                              the recording as JSON
nabla serve [FILE] [--port N]                                        the app, for a browser on this machine
nabla docs  [NAME]                                                   an op's signatures, gradient and Python names; without NAME all
FILE is .py or .ipynb; arguments after -- are the script's. --threads N: threads that compute (default: the processors, up to 4).
`;

type OptionKind = 'flag' | 'text' | readonly string[];

const options: Readonly<Record<Exclude<Command['kind'], 'help'>, Readonly<Record<string, OptionKind>>>> = {
  run: { threads: 'text', device: ['cpu', 'gpu'], figures: 'text', files: 'text' },
  dot: { threads: 'text', o: 'text', 'show-attrs': 'flag', 'show-saved': 'flag', graph: 'text' },
  svg: { threads: 'text', o: 'text', graph: 'text', theme: ['light', 'dark'], view: ['autograd', 'paired'] },
  trace: { threads: 'text', o: 'text' },
  serve: { port: 'text' },
  docs: {},
};

/** Whether a first word is one of the commands, rather than a file to open. */
export const isCommandName = (word: string | undefined): boolean => word !== undefined && Object.hasOwn(options, word);

/** Parses what follows `nabla`. Throws UsageError. */
export function parseCommandLine(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined) throw new UsageError('which command? run, dot, svg, trace, serve or docs; --help shows them');
  if (name === '--help' || name === '-h' || name === 'help') return { kind: 'help' };
  if (!Object.hasOwn(options, name)) throw new UsageError(`no command ${name}; there are run, dot, svg, trace, serve and docs`);
  const kind = name as keyof typeof options;
  const { files, values, argv } = split(kind, rest);
  if (files.length > 1) {
    throw new UsageError(kind === 'docs' ? 'docs takes one name' : `${kind} takes one file; arguments for the script go after --`);
  }
  const file = files[0];
  if (kind === 'docs') {
    if (argv.length > 0) throw new UsageError('docs runs no script: no arguments after --');
    return { kind, name: file ?? null };
  }
  if (kind === 'serve') {
    if (argv.length > 0) throw new UsageError('serve runs no script by itself: no arguments after --');
    return { kind, file: file ?? null, port: values.has('port') ? wholeNumber('--port', values.get('port'), 0, 65535) : 0 };
  }
  if (file === undefined) throw new UsageError(`${kind} needs a file: .py or .ipynb`);
  const graph = values.has('graph') ? wholeNumber('--graph', values.get('graph'), 1, Number.MAX_SAFE_INTEGER) : null;
  const out = values.get('o') ?? null;
  const threads = values.has('threads') ? { threads: wholeNumber('--threads', values.get('threads'), 1, 64) } : {};
  switch (kind) {
    case 'run':
      return {
        kind,
        file,
        argv,
        ...threads,
        device: (values.get('device') ?? 'cpu') as 'cpu' | 'gpu',
        figures: values.get('figures') ?? null,
        files: values.get('files') ?? null,
      };
    case 'dot':
      return { kind, file, argv, ...threads, out, graph, showAttrs: values.has('show-attrs'), showSaved: values.has('show-saved') };
    case 'svg':
      if (out === null) throw new UsageError('svg needs -o OUT');
      return {
        kind,
        file,
        argv,
        ...threads,
        out,
        graph,
        theme: (values.get('theme') ?? 'light') as 'light' | 'dark',
        view: (values.get('view') ?? 'autograd') as 'autograd' | 'paired',
      };
    case 'trace':
      if (out === null) throw new UsageError('trace needs -o OUT');
      return { kind, file, argv, ...threads, out };
  }
}

function split(kind: keyof typeof options, words: readonly string[]) {
  const end = words.indexOf('--');
  const argv = end < 0 ? [] : words.slice(end + 1);
  const own = end < 0 ? words : words.slice(0, end);
  const files: string[] = [];
  const values = new Map<string, string>();
  for (let i = 0; i < own.length; i++) {
    const word = own[i];
    if (!word.startsWith('-') || word === '-') {
      files.push(word);
      continue;
    }
    const [, name, joined] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) as RegExpExecArray;
    const option =
      Object.hasOwn(options[kind], name) && word.startsWith(name.length === 1 ? `-${name}` : `--${name}`) ? options[kind][name] : undefined;
    const shown = word.split('=')[0];
    if (option === undefined) throw new UsageError(`${kind} has no option ${shown}`);
    if (values.has(name)) throw new UsageError(`${shown} is given twice`);
    if (option === 'flag') {
      if (joined !== undefined) throw new UsageError(`${shown} takes no value`);
      values.set(name, '');
      continue;
    }
    const value = joined ?? own[++i];
    if (value === undefined || value === '') throw new UsageError(`${shown} needs a value`);
    if (option !== 'text' && !option.includes(value)) throw new UsageError(`${shown} is ${option.join(' or ')}, not ${value}`);
    values.set(name, value);
  }
  return { files, values, argv };
}

function wholeNumber(option: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text ?? '') || value < min || value > max)
    throw new UsageError(`${option} needs a whole number${min > 0 ? ` from ${min}` : ''}, not ${text}`);
  return value;
}
