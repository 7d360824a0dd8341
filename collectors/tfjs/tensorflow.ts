/**
 * The parts of TensorFlow.js that are touched, stated structurally: the user's own `tf` object is passed in,
 * whichever package and 4.x version it comes from, and nothing of TensorFlow.js is imported here.
 */

/** A tensor or its bare description, as kernels take and return it. */
export interface TensorInfo {
  /** Identity of the storage; two tensors with one `dataId` share their memory. */
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Optional inputs arrive as undefined; ragged kernels take lists of tensors. */
export type KernelInput = TensorInfo | readonly TensorInfo[] | null | undefined;

/** By name, or a plain list for AddN, Concat and Pack. */
export type KernelInputs = Readonly<Record<string, KernelInput>> | readonly TensorInfo[];

export interface KernelParams {
  readonly inputs: KernelInputs;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
  readonly backend: object;
}

export type KernelResult = TensorInfo | TensorInfo[];

/** An entry of TensorFlow.js's kernel registry. */
export interface KernelConfig {
  readonly kernelName: string;
  readonly backendName: string;
  // A method, so that the stricter signature of the real type is accepted.
  kernelFunc(params: KernelParams): KernelResult;
}

/** What has to be there. `@tensorflow/tfjs`, `tfjs-core` and their namespaces all fit. */
export interface TensorFlow {
  ready(): Promise<void>;
  getBackend(): string;
  backend(): object;
  engine(): object;
  getKernelsForBackend(backendName: string): KernelConfig[];
  /** There in `@tensorflow/tfjs`; with `tfjs-core` alone pass `{ ...tf, ...tfl }` for the names of layers. */
  readonly layers?: object;
}

/** A function of unknown signature that a hook passes through. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The member as a function, or undefined. */
export function functionOf(owner: object, name: string): AnyFunction | undefined {
  const value: unknown = Reflect.get(owner, name);
  return isFunction(value) ? value : undefined;
}

/** The member as an object or class, or undefined. */
export function objectOf(owner: object, name: string): object | undefined {
  const value: unknown = Reflect.get(owner, name);
  return (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined;
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}
