// `nabla dot`: the DOT text of a script's make_dot call, as that call asked or with more shown; else of its last backward's graph.
import { writeFile } from 'node:fs/promises';
import { dotOfGraph } from '../core/index.ts';
import type { Command } from './command-line.ts';
import { chosenGraph, recordScript } from './recorded-run.ts';
import { writeOut } from './streams.ts';

export async function dotCommand(assets: string, command: Extract<Command, { kind: 'dot' }>): Promise<number> {
  const { showAttrs, showSaved } = command;
  const packages = (given: Record<string, string>) => (showAttrs || showSaved ? askingMore(given, showAttrs, showSaved) : given);
  const run = await recordScript(assets, { ...command, packages }, 'full');
  if (run.exitCode !== 0) return run.exitCode;
  const chosen = chosenGraph(run, command.graph);
  const dot = 'call' in chosen ? chosen.call.dot : dotOfGraph(chosen.graph, { showAttrs, showSaved, maxAttrChars: 50 });
  if (command.out === null) writeOut(1, dot);
  else await writeFile(command.out, dot);
  return 0;
}

/** The torchviz package with a make_dot that shows at least what the command line asks for. */
function askingMore(packages: Record<string, string>, showAttrs: boolean, showSaved: boolean): Record<string, string> {
  const path = 'torchviz/__init__.py';
  const more = `

_make_dot_as_called = make_dot


def make_dot(var, params=None, show_attrs=False, show_saved=False, max_attr_chars=50):
    return _make_dot_as_called(var, params, show_attrs or ${showAttrs ? 'True' : 'False'}, show_saved or ${showSaved ? 'True' : 'False'}, max_attr_chars)
`;
  return { ...packages, [path]: `${packages[path] ?? ''}${more}` };
}
