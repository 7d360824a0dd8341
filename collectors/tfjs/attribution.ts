import type { Phase } from '../../src/model/activity.ts';
import type { TensorFlow } from './tensorflow.ts';

/** A layer and a phase together; there is one object for each pair, so that its id can stand in a key. */
export interface Context {
  readonly id: number;
  readonly layer: LayerNode;
  readonly phase: Phase;
}

/** A layer within the layers around it. Names are joined once, when the node is made. */
export interface LayerNode {
  readonly path: string;
  readonly inner: Map<string, LayerNode>;
  readonly contexts: Map<Phase, Context>;
}

/** A stretch of execution in one context. The context may change while the frame is open. */
export interface Frame {
  context: Context;
  open: boolean;
  readonly outer: Frame | null;
}

/**
 * The most contexts that are told apart. A program that makes up layer names without end keeps the names of the
 * surrounding layer from there on, instead of growing without end.
 */
export const contextLimit = 65_536;

/**
 * Which layer and phase the running kernel belongs to: a stack of frames. A body that returns a promise keeps its
 * frame until the promise settles, so that `await phase('evaluation', async () => …)` does what it says; of two
 * asynchronous bodies that overlap, kernels go to the one that began last.
 */
export class Attribution {
  #count = 0;
  readonly #root: LayerNode = { path: '', inner: new Map(), contexts: new Map() };
  #top: Frame = { context: this.contextOf(this.#root, ''), open: true, outer: null };

  /** Where kernels belong now. */
  get current(): Context {
    return this.#top.context;
  }

  /** The context of a layer in a phase. */
  contextOf(layer: LayerNode, phase: Phase): Context {
    const found = layer.contexts.get(phase);
    if (found !== undefined) return found;
    if (this.#count >= contextLimit) return this.#top.context;
    const context = { id: this.#count, layer, phase };
    this.#count += 1;
    layer.contexts.set(phase, context);
    return context;
  }

  /** Runs `body` in a layer inside the current one. */
  layer<T>(name: string, body: () => T): T {
    const { layer, phase } = this.current;
    return this.#run(this.contextOf(this.#innerLayer(layer, name), phase), body);
  }

  /** Runs `body` in a phase; the innermost phase counts. */
  phase<T>(name: Phase, body: () => T): T {
    return this.#run(this.contextOf(this.current.layer, name), body);
  }

  /** Starts a stretch; `close` must follow. */
  enter(context: Context): Frame {
    const frame: Frame = { context, open: true, outer: this.#top };
    this.#top = frame;
    return frame;
  }

  /** Ends a stretch, together with inner ones that have ended already. */
  close(frame: Frame): void {
    frame.open = false;
    while (!this.#top.open && this.#top.outer !== null) this.#top = this.#top.outer;
  }

  #innerLayer(layer: LayerNode, name: string): LayerNode {
    const found = layer.inner.get(name);
    if (found !== undefined) return found;
    if (this.#count >= contextLimit) return layer;
    const path = layer.path === '' ? name : `${layer.path}/${name}`;
    const made: LayerNode = { path, inner: new Map(), contexts: new Map() };
    layer.inner.set(name, made);
    return made;
  }

  #run<T>(context: Context, body: () => T): T {
    const frame = this.enter(context);
    let result: T;
    try {
      result = body();
    } catch (error) {
      this.close(frame);
      throw error;
    }
    if (isThenable(result)) {
      const close = () => this.close(frame);
      result.then(close, close);
    } else {
      this.close(frame);
    }
    return result;
  }
}

const attributions = new WeakMap<object, Attribution>();

/**
 * The attribution of a TensorFlow.js engine. Probe, hooks and kernel wrappers of one engine share it without
 * knowing each other.
 */
export function attributionOf(tf: TensorFlow): Attribution {
  const engine = tf.engine();
  const found = attributions.get(engine);
  if (found !== undefined) return found;
  const made = new Attribution();
  attributions.set(engine, made);
  return made;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
