// The .nabla file: script, graphs, trace and outputs of a recorded run in one zip (see FORMATS.md). The same recording gives the same bytes; what is read is checked.
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import type { Graph } from './graph.ts';
import { parseGraph } from './parse-graph.ts';
import { parseShownOutput, type ShownOutput } from './shown-output.ts';
import type { TraceReader } from './trace.ts';
import { traceReaderFromChunks } from './trace-reader.ts';
import { wholeChunks } from './whole-chunks.ts';

export const NABLA_FILE_FORMAT = 'nabla';
export const NABLA_FILE_VERSION = 1;

export interface Recording {
  /** The script's file name, as `linear-regression.ipynb`. */
  readonly name: string;
  /** The script file, byte for byte. */
  readonly script: Uint8Array;
  readonly graphs: readonly Graph[];
  /** What it printed and showed, in order. */
  readonly outputs: readonly ShownOutput[];
  readonly chunks: readonly ArrayBufferLike[];
  /** The heap that the chunks' large values lie in, where it is still there. */
  readonly memory?: WebAssembly.Memory | null;
}

/** What went wrong, in words for the person who opened the file. */
export class NablaFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NablaFileError';
  }
}

/** Unpacked size at most: a few megabytes of zip can claim to be far more. */
const LIMIT_BYTES = 2 ** 31;
/** A recording has a handful of entries and its trace's chunks; a zip of a few bytes can claim four thousand million. */
const LIMIT_ENTRIES = 65_536;
/** zip knows no time before 1980; all entries carry its first moment. */
const mtime = new Date(1980, 0, 1);

/** Bytes of the file. */
export function writeNablaFile(recording: Recording): Uint8Array {
  const extension = recording.name.endsWith('.ipynb') ? 'ipynb' : 'py';
  const manifest = {
    format: NABLA_FILE_FORMAT,
    version: NABLA_FILE_VERSION,
    name: recording.name,
    script: `script.${extension}`,
    graphs: 'graphs.json',
    outputs: 'outputs.json',
    trace: recording.chunks.map((_, i) => `trace/${i}.bin`),
  };
  const files: Zippable = {
    'manifest.json': [strToU8(`${JSON.stringify(manifest, null, 2)}\n`), { mtime }],
    [manifest.script]: [recording.script, { mtime }],
    'graphs.json': [strToU8(`${JSON.stringify(recording.graphs)}\n`), { mtime }],
    'outputs.json': [strToU8(`${JSON.stringify(recording.outputs)}\n`), { mtime }],
  };
  wholeChunks(recording.chunks, recording.memory ?? null).forEach((bytes, i) => {
    files[`trace/${i}.bin`] = [bytes, { mtime }];
  });
  return zipSync(files, { level: 6, mtime });
}

/** Reads and checks everything, every step's events included. Throws `NablaFileError`. */
export function readNablaFile(bytes: Uint8Array): Recording & { readonly reader: TraceReader } {
  const files = unzip(bytes);
  const manifest = json(files, 'manifest.json');
  if (typeof manifest !== 'object' || manifest === null || (manifest as { format?: unknown }).format !== NABLA_FILE_FORMAT) {
    throw new NablaFileError('This is a zip file, but not one that Nabla wrote: its manifest does not say so.');
  }
  const m = manifest as { version?: unknown; name?: unknown; script?: unknown; trace?: unknown };
  if (m.version !== NABLA_FILE_VERSION) {
    throw new NablaFileError(
      `This recording is of version ${String(m.version)}; this Nabla reads version ${NABLA_FILE_VERSION}. Record the script again, or use a newer Nabla.`,
    );
  }
  if (
    typeof m.name !== 'string' ||
    typeof m.script !== 'string' ||
    !Array.isArray(m.trace) ||
    m.trace.some((name) => typeof name !== 'string')
  ) {
    throw new NablaFileError('The manifest of this recording is incomplete.');
  }
  const script = entry(files, m.script);
  const graphList = list(files, 'graphs.json');
  const outputList = list(files, 'outputs.json');
  let graphs: Graph[];
  let outputs: ShownOutput[];
  let reader: TraceReader;
  // Copies: the zip's own buffers need not be aligned.
  const chunks = (m.trace as string[]).map((name) => entry(files, name).slice().buffer as ArrayBuffer);
  try {
    graphs = graphList.map(parseGraph);
    outputs = outputList.map(parseShownOutput);
    reader = traceReaderFromChunks(chunks, graphs);
    for (let i = 0; i < reader.stepCount; i++) reader.events(reader.step(i));
  } catch (error) {
    throw new NablaFileError(`This recording is damaged (${error instanceof Error ? error.message : String(error)}).`);
  }
  return { name: m.name, script, graphs, outputs, chunks, reader };
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  let entries = 0;
  try {
    return unzipSync(bytes, {
      filter: (file) => {
        total += file.originalSize;
        entries += 1;
        if (entries > LIMIT_ENTRIES) throw new NablaFileError('This is not a Nabla recording: it claims too many entries.');
        if (total > LIMIT_BYTES) throw new NablaFileError('This recording unpacks to more than 2 GB.');
        return true;
      },
    });
  } catch (error) {
    if (error instanceof NablaFileError) throw error;
    throw new NablaFileError('This is not a Nabla recording, or it is cut off: it cannot be unpacked.');
  }
}

function entry(files: Record<string, Uint8Array>, name: string): Uint8Array {
  const found = Object.hasOwn(files, name) ? files[name] : undefined;
  if (found === undefined) throw new NablaFileError(`This recording lacks ${name}.`);
  return found;
}

function list(files: Record<string, Uint8Array>, name: string): readonly unknown[] {
  const found = json(files, name);
  if (!Array.isArray(found)) throw new NablaFileError(`${name} of this recording is no list.`);
  return found;
}

function json(files: Record<string, Uint8Array>, name: string): unknown {
  const bytes = entry(files, name);
  try {
    return JSON.parse(strFromU8(bytes));
  } catch {
    throw new NablaFileError(`${name} of this recording is no JSON.`);
  }
}
