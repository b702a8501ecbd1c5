// `nabla svg`: a script's graph as a picture, through the same Scene and the same writer as the window's export.
import ELK from 'elkjs/lib/elk.bundled.js';
import { foldedScopes } from '../renderer/graph/folds.ts';
import { sceneOfGraph } from '../renderer/graph/scene.ts';
import { svgText } from '../renderer/graph/svg.ts';
import { overlayAt } from '../renderer/playback/overlay.ts';
import { stepEnd } from '../renderer/playback/playhead.ts';
import type { Command } from './command-line.ts';
import { checkOutput, writeOutput } from './output-file.ts';
import { chosenGraph, recordScript } from './recorded-run.ts';

export async function svgCommand(assets: string, command: Extract<Command, { kind: 'svg' }>): Promise<number> {
  checkOutput(command.out);
  const run = await recordScript(assets, command, 'full');
  if (run.exitCode !== 0) return run.exitCode;
  const chosen = chosenGraph(run, command.graph);
  const graph = 'call' in chosen ? chosen.call.graph : chosen.graph;
  const showSaved = 'call' in chosen && chosen.call.options.showSaved;
  const scene = await sceneOfGraph(graph, { view: command.view, folded: foldedScopes(graph, new Map()), showSaved }, new ELK() as never);
  // A make_dot graph stands by itself; a recorded step shows the numbers of its end.
  const overlay = 'call' in chosen ? null : overlayAt(run.reader, stepEnd(run.reader, chosen.step));
  writeOutput(command.out, [svgText(scene, overlay, { theme: command.theme })]);
  return 0;
}
