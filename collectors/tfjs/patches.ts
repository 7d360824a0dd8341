import { type AnyFunction, functionOf } from './tensorflow.ts';

/**
 * Replaced functions of objects that belong to somebody else. `restore` puts the very originals back. Where somebody
 * has patched on top in the meantime theirs stays and goes on calling ours, so a replacement must do no harm then.
 */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces `owner[name]` by what `replace` makes of it; false where there is no such function. */
  replace(owner: object, name: string, replace: (original: AnyFunction) => AnyFunction): boolean {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const original = functionOf(owner, name);
    if (original === undefined) return false;
    const value = replace(original);
    const enumerable = before?.enumerable ?? false;
    if (!Reflect.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable })) {
      return false;
    }
    this.#undo.push(() => {
      if (Reflect.get(owner, name) !== value) return;
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
    return true;
  }

  /** Undoes everything, the last first. A second call does nothing. */
  restore(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
