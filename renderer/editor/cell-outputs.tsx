// What a cell printed and showed, below it: text, figures as images, make_dot calls as a way to their graph. Never HTML.
import { Network } from 'lucide-react';
import { useEffect, useState } from 'react';
import { figureInTheme, type ScriptError } from '../../core/index.ts';
import type { CellRun, Output } from '../state/run-store.ts';
import { useRun, useTheme, useView } from '../state/use-stores.ts';
import { lookAtDot } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { Icon } from '../ui/icon.tsx';

/** An SVG in an image runs no script and reaches nothing. */
function Figure({ svg }: { readonly svg: string }) {
  const [address, setAddress] = useState<string>();
  const theme = useTheme();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([figureInTheme(svg, theme)], { type: 'image/svg+xml' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [svg, theme]);
  const [large, setLarge] = useState(false);
  if (!address) return null;
  return (
    <>
      <button type="button" className="figure" title={words.script.enlarge} onClick={() => setLarge(true)} data-testid="figure">
        <img src={address} alt={words.script.figure} />
      </button>
      {large && (
        <button
          type="button"
          className="figure-veil"
          aria-label={words.menus.close}
          // biome-ignore lint/a11y/noAutofocus: Escape and Enter close what was just opened.
          autoFocus
          onClick={() => setLarge(false)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setLarge(false);
          }}
        >
          <img src={address} alt={words.script.figure} />
        </button>
      )}
    </>
  );
}

function DotLink({ call }: { readonly call: number }) {
  // As many as make_dot drew: the Graph knows more than that.
  const nodes = useRun((state) => state.dotCalls[call]?.dot.split(' [label=').length ?? 1) - 1;
  const shown = useView((state) => state.dotCall === call);
  return (
    <button
      type="button"
      className="dot-link"
      aria-pressed={shown}
      title={words.script.openGraph}
      data-testid={`dot-call-${call}`}
      onClick={() => lookAtDot(shown ? null : call)}
    >
      <Icon of={Network} />
      {words.script.graphOf(nodes)}
    </button>
  );
}

function OutputView({ output }: { readonly output: Output }) {
  switch (output.kind) {
    case 'text':
      return (
        <pre className="output-text" data-stream={output.stream}>
          {output.droppedLines > 0 && <span className="output-dropped">{`${words.script.longOutput(output.droppedLines)}\n`}</span>}
          {output.text.replace(/\n$/, '')}
        </pre>
      );
    case 'result':
      return <pre className="output-text">{output.text}</pre>;
    case 'figure':
      return <Figure svg={output.svg} />;
    case 'dot':
      return <DotLink call={output.call} />;
  }
}

export function CellOutputs({
  run,
  error,
  testId,
}: {
  readonly run: CellRun | undefined;
  readonly error: ScriptError | null;
  readonly testId: string;
}) {
  if ((!run || run.outputs.length === 0) && !error) return null;
  return (
    <div className="outputs" data-testid={testId}>
      {run?.outputs.map((output, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: outputs are only ever added at the end.
        <OutputView key={index} output={output} />
      ))}
      {error && (
        <details className="traceback">
          <summary>{words.script.traceback}</summary>
          <pre className="output-text" data-stream="stderr">
            {error.traceback.trimEnd()}
          </pre>
        </details>
      )}
    </div>
  );
}
