// The only door into the engine: what the renderer, the command line and the tests may use.
export type { Site } from './autograd/observer.ts';
export { parseNotebook, type Notebook, notebookText, withCellText } from './formats/ipynb.ts';
export { decodeScript, type DecodedScript, type ScriptFault } from './formats/script.ts';
export type * from './graph/graph.ts';
export { dotOfGraph } from './graph/graph-dot.ts';
export { NablaFileError, readNablaFile, type Recording, writeNablaFile } from './graph/nabla-file.ts';
export { textForm } from './graph/text-form.ts';
export type * from './graph/trace.ts';
export { traceJson, traceJsonText } from './graph/trace-json.ts';
export { traceReaderFromChunks } from './graph/trace-reader.ts';
export { figureInTheme } from './python/figure.ts';
export * from './python/protocol.ts';
export { disarmRealm, type Pyodide, pyodideOptions } from './python/pyodide-host.ts';
export { createSession, type Session, type SessionOptions } from './python/session.ts';
