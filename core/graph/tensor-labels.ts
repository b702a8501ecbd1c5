// What tensors are called: dotted parameter names, variables' names, and the ids leaves keep for a run. Holds tensors weakly.
import type { Tensor } from '../tensor/tensor.ts';
import type { ScopeCall } from './module-scopes.ts';
import { opKey } from './node-ids.ts';
import type { LeafRow, OpRow } from './step-track.ts';

interface LeafLabel {
  readonly id: string;
  readonly name: string;
  readonly parameter: boolean;
}

export class TensorLabels {
  readonly #parameters = new WeakMap<Tensor, string>();
  readonly #variables = new WeakMap<Tensor, string>();
  readonly #ids = new WeakMap<Tensor, string>();
  readonly #owned = new WeakSet<Tensor>();

  readonly #behind: TensorLabels | null;
  readonly #given: ReadonlyMap<Tensor, string> | null;

  /** `given` names come before those of `behind`. */
  constructor(behind: TensorLabels | null = null, given: ReadonlyMap<Tensor, string> | null = null) {
    this.#behind = behind;
    this.#given = given;
  }

  nameParameter(t: Tensor, name: string): void {
    this.#parameters.set(t, name);
  }
  nameVariable(t: Tensor, name: string): void {
    this.#variables.set(t, name);
  }
  /** An optimizer steps this tensor. */
  own(t: Tensor): void {
    this.#owned.add(t);
  }
  isOwned(t: Tensor): boolean {
    return this.#owned.has(t);
  }
  isParameter(t: Tensor): boolean {
    return this.#parameters.has(t);
  }
  dottedName(t: Tensor): string | undefined {
    return this.#parameters.get(t);
  }
  idOf(t: Tensor): string | undefined {
    return this.#ids.get(t);
  }
  nameOf(t: Tensor): string {
    return this.#given?.get(t) ?? this.#parameters.get(t) ?? this.#variables.get(t) ?? this.#behind?.nameOf(t) ?? t.name;
  }

  /**
   * A leaf's id never comes from a variable: a parameter is `model/0.weight`, any other leaf the place that first used it
   * (`mul@12:7/1`: argument 1). It is kept for the run, so that a skipped first use does not rename it.
   */
  leaf(t: Tensor, scope: ScopeCall | null, user: OpRow | null, position: number, taken: readonly LeafRow[]): LeafLabel {
    const parameter = this.#parameters.get(t) ?? this.#behind?.dottedName(t);
    let id = this.#ids.get(t) ?? this.#behind?.idOf(t);
    if (id === undefined) {
      let root = scope;
      while (root !== null && root.parent !== null) root = root.parent;
      if (parameter !== undefined) id = root === null ? parameter : `${root.scope.id}/${parameter}`;
      else id = user === null ? 'leaf' : `${opKey(user.name, user.scope?.scope.id ?? '', user.site)}/${position}`;
      this.#ids.set(t, id);
    }
    let unique = id;
    for (let n = 2; taken.some((leaf) => leaf.id === unique); n++) unique = `${id}#${n}`;
    return { id: unique, name: this.nameOf(t), parameter: parameter !== undefined };
  }
}
