import type { LaunchShape } from '../../src/model/activity.ts';
import { elementBytes, isList, isTensorList } from './kernel-call.ts';
import type { KernelInput, KernelInputs, KernelResult, TensorInfo } from './tensorflow.ts';

/** Stands for an optional input that is not there, and for the size of an element whose type has none. */
const nothing = -1;
/** Open and close a list of tensors. Ranks are never negative, so that these cannot be mistaken for one. */
const opens = -2;
const closes = -3;
/** Announces the id of a text in place of a number that 32 bits do not hold. */
const wide = -4;

/** Attributes come after a number for their type, so that `1`, `true` and a first text differ. */
const types = { other: 0, number: 1, text: 2, list: 3, true: 4 } as const;

/** A kernel, as far as signatures are concerned. */
export interface SignedKernel {
  readonly id: number;
  /** Attributes that matter. */
  readonly attributeNames: readonly string[];
  /** Names of inputs in the order in which they were first seen; grows by itself. */
  readonly inputNames: string[];
}

/**
 * All that decides what one execution of a kernel costs and where it belongs, as plain 32-bit numbers: kernel,
 * context, shapes, element sizes, shared storage, attributes. Two executions with equal signatures are the same
 * launch. It is written anew for each execution into one buffer, so that a known launch costs no allocation.
 */
export class Signature {
  /** The signature: its first `length` numbers. */
  numbers = new Int32Array(256);
  length = 0;
  hash = 0;
  #storages: (object | null)[] = [];
  #storageCount = 0;
  readonly #texts = new Map<string, number>();

  /** Writes the signature of an execution. */
  write(
    kernel: SignedKernel,
    contextId: number,
    inputs: KernelInputs,
    result: KernelResult,
    attrs: Readonly<Record<string, unknown>> | undefined,
  ): void {
    this.length = 0;
    this.hash = 0;
    this.#storageCount = 0;
    this.#push(kernel.id);
    this.#push(contextId);
    if (isTensorList(inputs)) {
      this.#input(inputs);
    } else {
      let position = 0;
      for (const name in inputs) {
        this.#push(nameId(kernel.inputNames, position, name));
        this.#input(inputs[name]);
        position += 1;
      }
    }
    this.#push(closes);
    if (isList(result)) {
      this.#push(result.length);
      for (const made of result) this.#output(made);
    } else {
      this.#push(1);
      this.#output(result);
    }
    for (const name of kernel.attributeNames) this.#attribute(attrs?.[name]);
  }

  /** Writes the signature of a launch of which shape and place alone matter. */
  writeBare(kernel: SignedKernel, contextId: number): void {
    this.length = 0;
    this.hash = 0;
    this.#push(kernel.id);
    this.#push(contextId);
  }

  /** Adds how a GPU was asked to run it: six numbers. */
  addShape({ grid, block }: LaunchShape): void {
    for (let axis = 0; axis < 3; axis++) {
      this.#number(grid[axis] as number);
      this.#number(block[axis] as number);
    }
  }

  /** Lets go of the texts that are known; signatures kept until now mean nothing any more. */
  forgetTexts(): void {
    this.#texts.clear();
  }

  #push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length] = value;
    this.length += 1;
    this.hash = mixHash(this.hash, value);
  }

  #number(value: number): void {
    if ((value | 0) === value) {
      this.#push(value);
    } else {
      this.#push(wide);
      this.#push(this.#textId(String(value)));
    }
  }

  #input(input: KernelInput): void {
    if (isList(input)) {
      this.#push(opens);
      for (const tensor of input) this.#input(tensor);
      this.#push(closes);
    } else if (input) {
      this.#tensor(input);
      this.#storages[this.#storageCount] = input.dataId;
      this.#storageCount += 1;
    } else {
      this.#push(nothing);
    }
  }

  #output(made: TensorInfo): void {
    this.#tensor(made);
    let shared = 0;
    for (let index = 0; index < this.#storageCount; index++) {
      if (this.#storages[index] === made.dataId) shared = 1;
    }
    this.#push(shared);
  }

  #tensor(tensor: TensorInfo): void {
    const { shape } = tensor;
    this.#push(shape.length);
    for (let axis = 0; axis < shape.length; axis++) this.#number(shape[axis] as number);
    this.#push(elementBytes(tensor.dtype) ?? nothing);
  }

  #attribute(value: unknown): void {
    if (typeof value === 'number') {
      this.#push(types.number);
      this.#number(value);
    } else if (typeof value === 'string') {
      this.#push(types.text);
      this.#push(this.#textId(value));
    } else if (Array.isArray(value)) {
      this.#push(types.list);
      this.#push(value.length);
      for (const part of value) this.#attribute(part);
    } else {
      this.#push(value === true ? types.true : types.other);
    }
  }

  #textId(text: string): number {
    const found = this.#texts.get(text);
    if (found !== undefined) return found;
    const id = this.#texts.size;
    this.#texts.set(text, id);
    return id;
  }
}

/** Adds a number to a hash; the hash of a signature starts at 0. */
export function mixHash(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function nameId(names: string[], position: number, name: string): number {
  if (names[position] === name) return position;
  const found = names.indexOf(name);
  return found >= 0 ? found : names.push(name) - 1;
}
