// The Inspector: what the selected node is, where it comes from, and its numbers at the playhead.
import { PanelRight } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { Graph, GraphNode } from '../../../core/index.ts';
import { formatNumber } from '../../playback/number-format.ts';
import { command } from '../../state/commands.ts';
import { currentGraph, currentStep, nodeById, siteOf } from '../../state/current-graph.ts';
import { documentStore, lineText } from '../../state/document-store.ts';
import { keyLabel } from '../../state/keys.ts';
import { formulaOf } from '../../state/op-words.ts';
import { runStore } from '../../state/run-store.ts';
import { useApp, useDocument, useRun, useView } from '../../state/use-stores.ts';
import { lightLine, select, viewStore } from '../../state/view-store.ts';
import { words } from '../../state/words.ts';
import { IconButton } from '../../ui/controls.tsx';
import { shapeText } from '../../ui/number-text.ts';
import { Formula } from './formula.tsx';
import { type NodeRecord, nodeRecord, savedOf, stepTaken } from './node-record.ts';
import { TensorView } from './tensor-view.tsx';

const w = words.inspector;

function useGraph(): Graph | null {
  useView((view) => currentGraph(runStore.getState(), view));
  return useRun((run) => currentGraph(run, viewStore.getState()));
}

export function Inspector() {
  const app = useApp();
  const open = useView((state) => state.inspectorOpen);
  const graph = useGraph();
  const selection = useView((state) => state.selection);
  if (!open) return null;
  const node = nodeById(graph, selection);
  const scope = selection?.startsWith('scope:') ? graph?.scopes.find((each) => each.id === selection.slice(6)) : undefined;
  return (
    <aside className="inspector scroll" aria-label={w.title} data-testid="inspector">
      <div className="inspector-fold">
        <IconButton
          icon={PanelRight}
          label={w.fold}
          keys={keyLabel('Mod+I', app.host.platform)}
          onClick={() => void command('view.inspector').run(app)}
        />
      </div>
      {graph && node ? (
        <NodeView graph={graph} node={node} />
      ) : scope ? (
        <Head title={scope.name || scope.type} detail={scope.label} />
      ) : (
        <>
          <h2 className="inspector-empty">{w.nothing}</h2>
          <p className="inspector-note">{w.hint}</p>
        </>
      )}
    </aside>
  );
}

function Head({
  title,
  detail,
  failed = false,
  children,
}: {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly failed?: boolean;
  readonly children?: ReactNode;
}) {
  return (
    <header className="inspector-head">
      <h2 className="mono" data-testid="inspector-title">
        {title}
      </h2>
      {detail && (
        <div className="inspector-detail" data-failed={failed}>
          {detail}
        </div>
      )}
      {children}
    </header>
  );
}

function useRecord(graph: Graph, node: GraphNode): NodeRecord | null {
  const reader = useRun((state) => state.reader);
  const revision = useRun((state) => state.revision);
  const playhead = useView((state) => state.playhead);
  const dotCall = useView((state) => state.dotCall);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says when the open step has more.
  return useMemo(() => {
    const step = currentStep(reader, playhead);
    return reader && step && playhead && dotCall === null ? nodeRecord(reader, step, playhead, graph, node) : null;
  }, [reader, playhead, dotCall, graph, node, revision]);
}

function NodeView({ graph, node }: { readonly graph: Graph; readonly node: GraphNode }) {
  const record = useRecord(graph, node);
  const isBackward = node.kind === 'backward';
  const formula = formulaOf(node.kind, node.name);
  const running = record?.running;
  const told = running ? toldOf(running) : null;
  const saved = savedOf(graph, node);
  const failed = node.error !== undefined;

  return (
    <>
      <Head
        title={node.name || w.kinds[node.kind]}
        failed={failed}
        detail={
          failed ? (
            w.failed
          ) : (
            <>
              {formula ? <Formula text={formula} /> : w.kinds[node.kind]}
              {told && `, ${told}`}
            </>
          )
        }
      />
      <dl className="inspector-rows">
        <MadeBy graph={graph} node={node} />
        {node.shape && (
          <Row label={isBackward ? w.shape : w.value}>
            {shapeText(node.shape)}
            {node.dtype && <span className="row-second">{node.dtype}</span>}
          </Row>
        )}
        {node.device && node.device !== 'cpu' && <Row label={w.device}>{node.device}</Row>}
        {node.scope && <Row label={w.scope}>{scopeLabel(graph, node.scope)}</Row>}
        {saved.map((tensor, at) => (
          <Row key={tensor.id} label={at === 0 ? w.saved : ''}>
            {tensor.name}
            <span className="row-second">{tensor.shape ? shapeText(tensor.shape) : ''}</span>
            {tensor.sizeBytes !== undefined && <span className="row-second">{w.bytes(tensor.sizeBytes)}</span>}
          </Row>
        ))}
        {node.kind === 'saved' && node.sizeBytes !== undefined && <Row label={w.saved}>{w.bytes(node.sizeBytes)}</Row>}
      </dl>
      {failed && <Failure message={node.error ?? ''} />}
      {!failed && record && <Numbers node={node} record={record} />}
      {node.attrs && node.attrs.length > 0 && (
        <section className="tensor-view">
          <h3>{w.attributes}</h3>
          <dl className="inspector-attrs mono">
            {node.attrs.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function toldOf({ phase, at, of }: NonNullable<NodeRecord['running']>): string {
  if (phase === 'optimizer') return w.runningUpdate;
  return phase === 'backward' ? w.runningBackward(at, of) : w.runningForward(at, of);
}

function scopeLabel(graph: Graph, id: string): string {
  const scope = graph.scopes.find((each) => each.id === id);
  return scope ? `${scope.name ? `${scope.name} ` : ''}${scope.label || scope.type}` : id;
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="mono">{children}</dd>
    </div>
  );
}

function MadeBy({ graph, node }: { readonly graph: Graph; readonly node: GraphNode }) {
  const site = siteOf(graph, node);
  const text = useDocument((state) => (site ? lineText(state, site.cell, site.line) : null));
  if (!site || site.line === 0) return null;
  const notebook = documentStore.getState().kind === 'notebook';
  return (
    <Row label={node.kind === 'leaf' || node.kind === 'input' ? w.usedBy : w.madeBy}>
      <button type="button" className="line-link mono" onClick={() => lightLine(site)}>
        {notebook ? w.cellLine(site.cell, site.line) : w.line(site.line)}
      </button>
      {text && <span className="row-second row-code">{text}</span>}
    </Row>
  );
}

const noNotes: readonly string[] = [];

/** The message of the op that refused, and what the session advises. */
function Failure({ message }: { readonly message: string }) {
  const notes = useRun((state) => state.error?.notes ?? noNotes);
  return (
    <section className="tensor-view">
      <h3>{w.whatItSays}</h3>
      <p className="inspector-error mono">{message}</p>
      {notes.length > 0 && (
        <>
          <h3>{w.whatToDo}</h3>
          {notes.map((note) => (
            <p key={note} className="inspector-text">
              {note}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

function Numbers({ node, record }: { readonly node: GraphNode; readonly record: NodeRecord }) {
  const { value, grad, incoming, outgoing, update, zeroed, gradAhead } = record;
  const reader = useRun((state) => state.reader);
  const taken = useMemo(() => (update ? stepTaken(update, (payload) => reader?.whole(payload) ?? payload.values) : null), [update, reader]);
  if (node.kind === 'backward' && !node.name.startsWith('AccumulateGrad')) {
    const first = incoming.find((payload) => payload !== null);
    const handed = outgoing.map((payload, slot) => ({ payload, slot })).filter((each) => each.payload !== null);
    if (!first) return <p className="inspector-note">{gradAhead ? w.notYet : w.notRecorded}</p>;
    return (
      <>
        <TensorView title={w.incoming} payload={first} signed testId="inspector-grad" />
        {handed.map(
          ({ payload, slot }) =>
            payload && <TensorView key={slot} title={handed.length > 1 ? w.outgoingTo(slot + 1) : w.outgoing} payload={payload} signed />,
        )}
      </>
    );
  }
  const isLeaf = node.kind === 'leaf' || node.kind === 'backward';
  const gradient = isLeaf ? grad : (incoming.find((payload) => payload !== null) ?? null);
  const expects = node.pair !== null || node.kind === 'leaf';
  return (
    <>
      {value ? (
        <TensorView title={w.valueTitle} payload={value} />
      ) : node.kind === 'backward' ? null : (
        <p className="inspector-note">{w.notYet}</p>
      )}
      {update?.before.values && update.after.values && update.before.values.length === 1 && (
        <div className="inspector-update mono">
          {formatNumber(update.before.values[0])} → <strong>{formatNumber(update.after.values[0])}</strong>
        </div>
      )}
      {taken && taken.summary.count > 1 && <TensorView title={w.update} payload={taken} signed />}
      {gradient ? (
        <TensorView
          title={isLeaf ? w.accumulated : w.gradOf}
          payload={gradient}
          signed
          testId="inspector-grad"
          note={zeroed ? w.thenZeroed : undefined}
        />
      ) : (
        expects && (
          <section className="tensor-view">
            <h3>{isLeaf ? w.accumulated : w.gradOf}</h3>
            <div className="tensor-number mono" data-testid="inspector-grad">
              {isLeaf ? w.noneYet : '…'}
            </div>
            {gradAhead && <p className="inspector-note">{w.notYet}</p>}
          </section>
        )
      )}
      {node.pair && node.kind !== 'backward' && (
        <button type="button" className="link-button other-face" onClick={() => select(node.pair)}>
          {w.otherFace}
        </button>
      )}
    </>
  );
}
