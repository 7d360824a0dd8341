import { elementBytes, isList, isTensorList } from './kernel-call.ts';
import type { KernelInput, KernelInputs, KernelResult, TensorInfo } from './tensorflow.ts';

/** Stands for what is not there: an optional input, the size of an element whose type has none. */
const nothing = -1;
/** Open and close a list of tensors. Ranks are never negative, so that these cannot be mistaken for one. */
const opens = -2;
const closes = -3;

/** Attributes come after a number for their type, so that `1`, `true` and a first text differ. */
const types = { other: 0, number: 1, text: 2, list: 3, true: 4 } as const;

/**
 * All that decides what one execution of a kernel costs and where it belongs, as plain numbers: context, shapes,
 * element sizes, shared storage, attributes. Two executions with equal signatures are the same launch. It is
 * written anew for each execution into one buffer, so that a known launch costs no allocation.
 */
export class Signature {
  #numbers = new Float64Array(256);
  #length = 0;
  #hash = 0;
  #names: string[] = [];
  #nameCount = 0;
  #storages: (object | null)[] = [];
  #storageCount = 0;
  readonly #texts = new Map<string, number>();

  /** Writes the signature of an execution and returns its hash, a 30-bit integer. */
  write(
    contextId: number,
    inputs: KernelInputs,
    result: KernelResult,
    attrs: Readonly<Record<string, unknown>> | undefined,
    attributeNames: readonly string[],
  ): number {
    this.#length = 0;
    this.#hash = 0;
    this.#nameCount = 0;
    this.#storageCount = 0;
    this.#push(contextId);
    if (isTensorList(inputs)) {
      this.#input(inputs);
    } else {
      for (const name in inputs) {
        this.#names[this.#nameCount] = name;
        this.#nameCount += 1;
        this.#input(inputs[name]);
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
    for (const name of attributeNames) this.#attribute(attrs?.[name]);
    return this.#hash & 0x3fffffff;
  }

  /** Lets go of the texts that are known; signatures kept until now mean nothing any more. */
  forget(): void {
    this.#texts.clear();
  }

  /** The parts of the written signature, to keep. */
  copy(): KeptSignature {
    return {
      numbers: this.#numbers.slice(0, this.#length),
      names: this.#names.slice(0, this.#nameCount),
    };
  }

  /** Whether the written signature is exactly the kept one. */
  equals(kept: KeptSignature): boolean {
    const { numbers, names } = kept;
    if (numbers.length !== this.#length || names.length !== this.#nameCount) return false;
    for (let index = 0; index < numbers.length; index++) {
      if (numbers[index] !== this.#numbers[index]) return false;
    }
    for (let index = 0; index < names.length; index++) {
      if (names[index] !== this.#names[index]) return false;
    }
    return true;
  }

  #push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length] = value;
    this.#length += 1;
    const mixed = Math.imul(this.#hash ^ value, 0x9e3779b1);
    this.#hash = mixed ^ (mixed >>> 15);
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
    for (let axis = 0; axis < shape.length; axis++) this.#push(shape[axis] as number);
    this.#push(elementBytes(tensor.dtype) ?? nothing);
  }

  #attribute(value: unknown): void {
    if (typeof value === 'number') {
      this.#push(types.number);
      // NaN is equal to nothing, so that it would make a new launch each time.
      this.#push(Number.isNaN(value) ? Number.MAX_VALUE : value);
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

/** A signature that is kept beside a launch. */
export interface KeptSignature {
  readonly numbers: Float64Array;
  readonly names: readonly string[];
}
