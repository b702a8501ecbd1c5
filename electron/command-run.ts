// `nabla run`: what the script prints, on stdout and stderr as it prints it; its figures and files where asked for.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ScriptError, SessionMessage } from '../core/index.ts';
import type { Command } from './command-line.ts';
import { writing } from './output-file.ts';
import { runScript } from './script-session.ts';
import { writeOut } from './streams.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** Exit code: 0, 1 where the script failed, or what it gave to `sys.exit`. */
export async function runCommand(assets: string, command: RunCommand): Promise<number> {
  const figures: string[] = [];
  const outcome = new Outcome();
  const session = await runScript(assets, { ...command, recording: 'off' }, (message) => {
    outcome.receive(message);
    if (message.type === 'display' && message.svg !== null) figures.push(message.svg);
  });
  if (command.figures !== null) await writeAll(command.figures, Object.fromEntries(figures.map((svg, i) => [`figure-${i + 1}.svg`, svg])));
  if (command.files !== null) await writeAll(command.files, session.writtenFiles());
  return outcome.exitCode;
}

/** What a run's messages come to: prints passed on, the failure told, the exit code. */
export class Outcome {
  exitCode = 0;
  readonly #isPrinting: boolean;

  /** Without `isPrinting` only stderr and failures are shown: the command's own output goes to stdout. */
  constructor(isPrinting = true) {
    this.#isPrinting = isPrinting;
  }

  receive(message: SessionMessage): void {
    if (message.type === 'output' && (this.#isPrinting || message.stream === 'stderr'))
      writeOut(message.stream === 'stdout' ? 1 : 2, message.text);
    else if (message.type === 'error') this.#fail(message.error);
    else if (message.type === 'state' && message.state === 'failed') this.exitCode ||= 1;
    else if (message.type === 'state' && message.state === 'stopped') this.exitCode = 130;
  }

  #fail(error: ScriptError): void {
    if (error.type === 'SystemExit') {
      const code = /^\d+$/.test(error.message) ? Number(error.message) & 255 : null;
      this.exitCode = code ?? 1;
      if (code === null) writeOut(2, `${error.message}\n`);
      return;
    }
    this.exitCode = 1;
    const notes = error.notes.filter((note) => !error.traceback.includes(note));
    writeOut(2, `${[error.traceback.trimEnd(), ...notes].join('\n')}\n`);
  }
}

/** Writes files by path relative to `folder`, making folders; a path that leads outside is refused. */
export async function writeAll(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  await made(folder);
  for (const [path, content] of Object.entries(files)) {
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part)))
      throw new Error(`${path}: not a path below ${folder}`);
    const target = join(folder, ...path.split('/'));
    await made(dirname(target));
    await writeFile(target, content).catch((error) => {
      throw writing(target, error);
    });
  }
}

async function made(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw writing(folder, error);
  });
}
