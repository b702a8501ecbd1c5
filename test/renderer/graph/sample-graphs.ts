// Graphs made by hand for the drawing's tests: the training step of a one-neuron linear regression, and a residual block.
import type { Graph, GraphEdge, GraphNode, NodeKind, Scope } from '../../../core/index.ts';

type NodeOptions = Partial<Pick<GraphNode, 'shape' | 'scope' | 'pair' | 'error' | 'sizeBytes'>> & { line?: number };

export function node(id: string, kind: NodeKind, name: string, options: NodeOptions = {}): GraphNode {
  const { line = 1, ...rest } = options;
  return { id, kind, name, shape: null, dtype: 'float32', device: 'cpu', scope: '', site: { cell: 0, line }, pair: null, ...rest };
}

export function edge(kind: GraphEdge['kind'], from: string, to: string, slot = 0, toSlot = 0): GraphEdge {
  return { id: `${from}-${kind}${slot}-${to}`, kind, from, to, slot, toSlot };
}

/** `loss = mse(y, b + x Wᵀ)`, module `0` inside a root, as one step of training. */
export function trainingStep(): Graph {
  const scope = 'model/0';
  const scopes: Scope[] = [
    { id: 'model', parent: '', name: 'model', type: 'Sequential', label: 'Sequential', moduleKey: 1 },
    { id: 'model/0', parent: 'model', name: '0', type: 'Linear', label: 'Linear(1, 1)', moduleKey: 2 },
  ];
  const nodes = [
    node('x', 'input', 'x_batch', { shape: [16, 1] }),
    node('W', 'leaf', '0.weight', { shape: [1, 1], scope, pair: 'accW' }),
    node('b', 'leaf', '0.bias', { shape: [1], scope, pair: 'accb' }),
    node('t', 'op', 't', { shape: [1, 1], scope, pair: 'tB', line: 48 }),
    node('addmm', 'op', 'addmm', { shape: [16, 1], scope, pair: 'addmmB', line: 48 }),
    node('y', 'input', 'y_batch', { shape: [16, 1] }),
    node('mse', 'op', 'mse_loss', { shape: [], pair: 'mseB', line: 50 }),
    node('loss', 'output', 'loss', { shape: [] }),
    node('mseB', 'backward', 'MseLossBackward0', { shape: [], pair: 'mse' }),
    node('addmmB', 'backward', 'AddmmBackward0', { shape: [16, 1], scope, pair: 'addmm' }),
    node('tB', 'backward', 'TBackward0', { shape: [1, 1], scope, pair: 't' }),
    node('accW', 'backward', 'AccumulateGrad', { scope, pair: 'W' }),
    node('accb', 'backward', 'AccumulateGrad', { scope, pair: 'b' }),
  ];
  const edges = [
    edge('value', 'W', 't'),
    edge('value', 'b', 'addmm', 0, 0),
    edge('value', 'x', 'addmm', 0, 1),
    edge('value', 't', 'addmm', 0, 2),
    edge('value', 'addmm', 'mse', 0, 0),
    edge('value', 'y', 'mse', 0, 1),
    edge('value', 'mse', 'loss'),
    edge('gradient', 'loss', 'mseB'),
    edge('gradient', 'mseB', 'addmmB', 0),
    edge('gradient', 'addmmB', 'accb', 0),
    edge('gradient', 'addmmB', 'tB', 2),
    edge('gradient', 'tB', 'accW', 0),
  ];
  return { hash: 'step', nodes, edges, scopes };
}

/** `mean((a + b x − y)²)` with plain tensors, as in a first lesson. */
export function plainLine(): Graph {
  const many = [80, 1];
  const ops: [string, string, number[]][] = [
    ['mul', 'MulBackward0', many],
    ['add', 'AddBackward0', many],
    ['sub', 'SubBackward0', many],
    ['pow', 'PowBackward0', many],
    ['mean', 'MeanBackward0', []],
  ];
  const nodes = [
    node('x', 'input', 'x_train', { shape: many }),
    node('y', 'input', 'y_train', { shape: many }),
    node('a', 'leaf', 'a', { shape: [1], pair: 'accA' }),
    node('b', 'leaf', 'b', { shape: [1], pair: 'accB' }),
    ...ops.map(([op, , shape]) => node(op, 'op', op, { shape, pair: `${op}B` })),
    ...ops.map(([op, name, shape]) => node(`${op}B`, 'backward', name, { shape, pair: op })),
    node('accA', 'backward', 'AccumulateGrad', { pair: 'a' }),
    node('accB', 'backward', 'AccumulateGrad', { pair: 'b' }),
    node('loss', 'output', 'loss', { shape: [] }),
  ];
  const edges = [
    edge('value', 'b', 'mul', 0, 0),
    edge('value', 'x', 'mul', 0, 1),
    edge('value', 'a', 'add', 0, 0),
    edge('value', 'mul', 'add', 0, 1),
    edge('value', 'add', 'sub', 0, 0),
    edge('value', 'y', 'sub', 0, 1),
    edge('value', 'sub', 'pow'),
    edge('value', 'pow', 'mean'),
    edge('value', 'mean', 'loss'),
    edge('gradient', 'loss', 'meanB'),
    edge('gradient', 'meanB', 'powB'),
    edge('gradient', 'powB', 'subB'),
    edge('gradient', 'subB', 'addB'),
    edge('gradient', 'addB', 'accA', 0),
    edge('gradient', 'addB', 'mulB', 1),
    edge('gradient', 'mulB', 'accB', 0),
  ];
  return { hash: 'line', nodes, edges, scopes: [] };
}

/** make_dot of a residual block with its saved tensors. */
export function residualBlock(): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const leaf = (name: string, shape: number[]) => {
    nodes.push(node(name, 'leaf', name, { shape, pair: `acc.${name}` }), node(`acc.${name}`, 'backward', 'AccumulateGrad', { pair: name }));
    return `acc.${name}`;
  };
  const map = [2, 4, 6, 6];
  const fn = (id: string, name: string, next: string[]) => {
    nodes.push(node(id, 'backward', name));
    next.forEach((to, slot) => void edges.push(edge('gradient', id, to, slot)));
    return id;
  };
  const saved = (host: string, entries: [string, number[]][]) => {
    for (const [name, shape] of entries) {
      nodes.push(node(`${host}.${name}`, 'saved', name, { shape }));
      edges.push(edge('saved', `${host}.${name}`, host));
    }
  };
  const x = leaf('x', map);
  const conv1 = fn('conv1', 'ConvolutionBackward0', [x, leaf('conv1.weight', [4, 4, 3, 3])]);
  const bn1 = fn('bn1', 'NativeBatchNormBackward0', [conv1, leaf('bn1.weight', [4]), leaf('bn1.bias', [4])]);
  const relu1 = fn('relu1', 'ReluBackward0', [bn1]);
  const conv2 = fn('conv2', 'ConvolutionBackward0', [relu1, leaf('conv2.weight', [4, 4, 3, 3])]);
  const bn2 = fn('bn2', 'NativeBatchNormBackward0', [conv2, leaf('bn2.weight', [4]), leaf('bn2.bias', [4])]);
  const add = fn('add', 'AddBackward0', [bn2, x]);
  const relu2 = fn('relu2', 'ReluBackward0', [add]);
  const mean = fn('mean', 'MeanBackward0', [relu2]);
  nodes.push(node('out', 'output', '', { shape: [] }));
  edges.push(edge('gradient', 'out', mean));
  edges.push(edge('saved', 'x', 'conv1'), edge('saved', 'conv1.weight', 'conv1'), edge('saved', 'conv2.weight', 'conv2'));
  const norm: [string, number[]][] = [
    ['input', map],
    ['result1', [4]],
    ['result2', [4]],
    ['running_mean', [4]],
    ['running_var', [4]],
  ];
  saved(bn1, norm);
  saved(bn2, norm);
  edges.push(edge('saved', 'bn1.weight', 'bn1'), edge('saved', 'bn2.weight', 'bn2'));
  saved(relu1, [['result', map]]);
  saved(conv2, [['input', map]]);
  saved(relu2, [['result', map]]);
  return { hash: 'block', nodes, edges, scopes: [] };
}

/** Two linear layers with relu between: the rail must pass the second layer's parameters. */
export function twoLayers(): Graph {
  const scopes: Scope[] = [{ id: 'model', parent: '', name: 'model', type: 'Sequential', label: 'Sequential', moduleKey: 0 }];
  const nodes: GraphNode[] = [node('x', 'input', 'x', { shape: [80, 1] })];
  const edges: GraphEdge[] = [];
  const pairOp = (id: string, op: string, backward: string, shape: number[], scope = '') =>
    void nodes.push(node(id, 'op', op, { shape, scope, pair: `${id}B` }), node(`${id}B`, 'backward', backward, { shape, scope, pair: id }));
  const linear = (name: string, from: string, out: number) => {
    const scope = `model/${name}`;
    scopes.push({ id: scope, parent: 'model', name, type: 'Linear', label: `Linear(·, ${out})`, moduleKey: Number(name) + 1 });
    for (const [part, shape] of [
      ['weight', [out, 1]],
      ['bias', [out]],
    ] as const)
      nodes.push(
        node(`${part}${name}`, 'leaf', `${name}.${part}`, { shape, scope, pair: `acc.${part}${name}` }),
        node(`acc.${part}${name}`, 'backward', 'AccumulateGrad', { scope, pair: `${part}${name}` }),
      );
    pairOp(`t${name}`, 't', 'TBackward0', [1, out], scope);
    pairOp(`mm${name}`, 'addmm', 'AddmmBackward0', [80, out], scope);
    edges.push(
      edge('value', `weight${name}`, `t${name}`),
      edge('value', `bias${name}`, `mm${name}`, 0, 0),
      edge('value', from, `mm${name}`, 0, 1),
      edge('value', `t${name}`, `mm${name}`, 0, 2),
    );
    edges.push(
      edge('gradient', `mm${name}B`, `acc.bias${name}`, 0),
      edge('gradient', `mm${name}B`, `t${name}B`, 2),
      edge('gradient', `t${name}B`, `acc.weight${name}`),
    );
  };
  linear('0', 'x', 16);
  pairOp('relu', 'relu', 'ReluBackward0', [80, 16]);
  edges.push(edge('value', 'mm0', 'relu'), edge('gradient', 'reluB', 'mm0B'));
  linear('2', 'relu', 1);
  edges.push(edge('gradient', 'mm2B', 'reluB', 1));
  nodes.push(node('out', 'output', 'out', { shape: [80, 1] }));
  edges.push(edge('value', 'mm2', 'out'), edge('gradient', 'out', 'mm2B'));
  return { hash: 'two', nodes, edges, scopes };
}
