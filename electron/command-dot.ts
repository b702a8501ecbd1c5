// `nabla dot`: the DOT text of a script's make_dot call, as that call asked or with more shown; else of its last backward's graph.
import { dotOfGraph } from '../core/index.ts';
import type { Command } from './command-line.ts';
import { checkOutput, writeOutput } from './output-file.ts';
import { chosenGraph, recordScript } from './recorded-run.ts';
import { writeOut } from './streams.ts';

export async function dotCommand(assets: string, command: Extract<Command, { kind: 'dot' }>): Promise<number> {
  const { showAttrs, showSaved } = command;
  if (command.out !== null) checkOutput(command.out);
  const run = await recordScript(assets, { ...command, drawing: { showAttrs, showSaved } }, 'full');
  if (run.exitCode !== 0) return run.exitCode;
  const chosen = chosenGraph(run, command.graph);
  const dot = 'call' in chosen ? chosen.call.dot : dotOfGraph(chosen.graph, { showAttrs, showSaved, maxAttrChars: 50 });
  if (command.out === null) writeOut(1, dot);
  else writeOutput(command.out, [dot]);
  return 0;
}
