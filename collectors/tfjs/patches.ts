import type { AnyFunction } from './tensorflow.ts';

/** Makes the replacement of a function that is being patched. */
export type Hook = (original: AnyFunction) => AnyFunction;

/**
 * Replaced functions of objects that belong to somebody else. `restore` puts the very originals back. Where
 * somebody has patched on top in the meantime theirs stays, and ours only passes through from then on.
 */
export class Patches {
  readonly #undo: (() => void)[] = [];
  #active = true;

  /** Replaces `owner[name]`; false where there is no such function. */
  replace(owner: object, name: string, hook: Hook): boolean {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') return false;
    const through: AnyFunction = function (this: unknown, ...args) {
      return Reflect.apply(original, this, args);
    };
    const hooked = hook(through);
    const isActive = () => this.#active;
    const replacement: AnyFunction = function (this: unknown, ...args) {
      return Reflect.apply(isActive() ? hooked : original, this, args);
    };
    const done = Reflect.defineProperty(owner, name, {
      value: replacement,
      configurable: true,
      writable: true,
      enumerable: before?.enumerable ?? false,
    });
    if (!done) return false;
    this.#undo.push(() => {
      if (Reflect.get(owner, name) !== replacement) return;
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
    return true;
  }

  /** Adds something else to be undone, in turn. */
  onRestore(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Undoes everything, the last first. A second call does nothing. */
  restore(): void {
    this.#active = false;
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
