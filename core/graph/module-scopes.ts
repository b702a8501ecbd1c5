// Which module's forward is running, as stable Scope instances. Calls that record nothing leave no trace and take no number.
import type { ModuleScope } from '../autograd/observer.ts';
import type { Scope } from './graph.ts';

/** One call of a module inside its caller's call; the same object every step, so that comparing is one `===`. */
export class ScopeCall {
  readonly children = new Map<number, Seat>();
  readonly #names = new Set<string>();
  constructor(
    readonly scope: Scope,
    readonly parent: ScopeCall | null,
    readonly depth: number,
  ) {}

  /** A child's name that none of its siblings has: modules nothing names, or named by a parent that is never called, go by what they have. */
  nameFor(child: ModuleScope): string {
    const wanted = child.name || child.type;
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}~${n}`;
    this.#names.add(name);
    return name;
  }
}

/** All calls of one module under one caller. */
interface Seat {
  name: string;
  readonly calls: ScopeCall[];
  used: number;
  step: number;
}

/** torch's loss modules (`MSELoss`) are functions with a memory: called at the top they open no scope. */
const isTransparent = (scope: ModuleScope, depth: number): boolean => depth === 0 && scope.name === '' && scope.type.endsWith('Loss');

/** What stands beside the name: `Linear(1, 1)` for torch's wordier repr; a container prints over many lines, its class says enough. */
function shortLabel({ type, label }: ModuleScope): string {
  if (label === '' || label.includes('\n')) return type;
  return label.replace(/\b(in|out)_(features|channels)=/g, '').replace(', bias=True', '');
}

export class ModuleScopes {
  private readonly entered: ModuleScope[] = [];
  private readonly calls: (ScopeCall | null)[] = [];
  private depth = 0;
  private readonly roots = new Map<number, Seat>();
  private readonly rootNames = new Map<number, string>();
  private readonly rootsThisStep: number[] = [];
  private step = 0;

  /** Numbers of repeated calls start anew with each step. */
  nextStep(): void {
    this.step++;
    this.rootsThisStep.length = 0;
  }

  enter(scope: ModuleScope): void {
    this.entered[this.depth] = scope;
    this.calls[this.depth++] = null;
  }

  exit(): void {
    if (this.depth > 0) this.depth--;
  }

  /** The innermost running call; made, and numbered, when something in it is first recorded. */
  current(): ScopeCall | null {
    const depth = this.depth;
    if (depth === 0) return null;
    return this.calls[depth - 1] ?? this.make(depth - 1);
  }

  private make(at: number): ScopeCall | null {
    const parent = at > 0 ? (this.calls[at - 1] ?? this.make(at - 1)) : null;
    const scope = this.entered[at];
    if (parent === null && isTransparent(scope, at)) return null;
    const seats = parent === null ? this.roots : parent.children;
    let seat = seats.get(scope.key);
    if (seat === undefined) {
      seat = { name: '', calls: [], used: 0, step: this.step };
      seats.set(scope.key, seat);
    }
    if (seat.step !== this.step) {
      seat.step = this.step;
      seat.used = 0;
    }
    const index = seat.used++;
    let call = seat.calls[index];
    if (call === undefined) {
      if (index === 0) seat.name = parent === null ? this.rootName(scope) : parent.nameFor(scope);
      const { name } = seat;
      const id = `${parent === null ? '' : `${parent.scope.id}/`}${name}${index === 0 ? '' : `#${index + 1}`}`;
      call = new ScopeCall(
        { id, parent: parent?.scope.id ?? '', name, type: scope.type, label: shortLabel(scope), moduleKey: scope.key },
        parent,
        at,
      );
      seat.calls.push(call);
    }
    if (parent === null && !this.rootsThisStep.includes(scope.key)) this.rootsThisStep.push(scope.key);
    this.calls[at] = call;
    return call;
  }

  /** `model` for the first root of a step; a second one beside it (a discriminator) goes by its class. Kept for the run. */
  private rootName(scope: ModuleScope): string {
    let name = this.rootNames.get(scope.key);
    if (name !== undefined) return name;
    const taken = this.rootsThisStep.map((key) => this.rootNames.get(key));
    name = scope.name || 'model';
    if (taken.includes(name)) name = scope.type;
    for (let n = 2; taken.includes(name); n++) name = `${scope.type}~${n}`;
    this.rootNames.set(scope.key, name);
    return name;
  }
}
