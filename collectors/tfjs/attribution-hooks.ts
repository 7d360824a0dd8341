import type { Phase } from '../../src/model/activity.ts';
import { type Attribution, attributionOf, type Frame } from './attribution.ts';
import { Patches } from './patches.ts';
import { objectOf, type TensorFlow } from './tensorflow.ts';

/** Phases that come by themselves. */
export const phases = { forward: 'forward', backward: 'backward', optimizer: 'optimizer' } as const;

/** Classes of TensorFlow.js with an `applyGradients` of their own. */
const optimizerClasses = [
  'SGDOptimizer',
  'MomentumOptimizer',
  'AdagradOptimizer',
  'AdadeltaOptimizer',
  'AdamOptimizer',
  'AdamaxOptimizer',
  'RMSPropOptimizer',
];

/**
 * Lets layers and phases of a TensorFlow.js program come by themselves, until the returned function is called:
 *
 * - the function that gradients are asked of runs in the phase `forward`, all that follows until they are there
 *   (gradient functions and the sums between them) in `backward`; for operations of a phase that the program calls
 *   `… forward` it is `… backward`;
 * - a gradient function runs in the layer that its forward operation ran in;
 * - `minimize` and `applyGradients` run in `optimizer`. An optimizer class of the user's own is seen through
 *   `minimize` only;
 * - layers of `tfjs-layers` give their names, nested ones joined with `/`. Layers of a model that is used as a
 *   layer have the outer model's name, since it calls them another way.
 *
 * Phases and layers that the program names itself count inside of these.
 */
export function attributeByItself(tf: TensorFlow): () => void {
  const patches = new Patches();
  const attribution = attributionOf(tf);
  hookGradients(tf.engine(), attribution, patches);
  hookOptimizers(tf, attribution, patches);
  hookLayers(tf, attribution, patches);
  return () => patches.restore();
}

const forwardPhase = /(?<=^|\s)forward$/;
const backwardPhase = /(?<=^|\s)backward$/;

/** The phase of the gradients of operations: `backward`, after the part that the operations' phase names, if it does. */
function backwardOf(phase: Phase): Phase {
  if (phase === phases.forward) return phases.backward;
  return forwardPhase.test(phase) ? phase.replace(forwardPhase, phases.backward) : phases.backward;
}

/** `Engine.gradients` and `Engine.addTapeNode` of tfjs-core 4 (engine.ts, tape.ts). */
function hookGradients(engine: object, attribution: Attribution, patches: Patches): void {
  /** The frame whose gradients are being computed, once its forward part is over. */
  let backward: Frame | null = null;

  patches.replace(
    engine,
    'gradients',
    (original) =>
      function (this: unknown, f, ...rest) {
        if (typeof f !== 'function') return original.call(this, f, ...rest);
        const outerBackward = backward;
        const outer = attribution.current;
        const frame = attribution.enter(attribution.contextOf(outer.layer, phases.forward));
        const after = backwardPhase.test(outer.phase) ? outer.phase : phases.backward;
        const forward = () => {
          try {
            return f();
          } finally {
            frame.context = attribution.contextOf(outer.layer, after);
            backward = frame;
          }
        };
        try {
          return original.call(this, forward, ...rest);
        } finally {
          backward = outerBackward;
          attribution.close(frame);
        }
      },
  );

  if (!isTapeEngine(engine)) return;
  patches.replace(
    engine,
    'addTapeNode',
    (original) =>
      // Called for each operation on the tape, so that a list of arguments is not collected anew.
      function (this: unknown, kernelName, inputs, outputs, gradientsFunc, saved, attrs) {
        const result = original.call(this, kernelName, inputs, outputs, gradientsFunc, saved, attrs);
        const node = engine.state.activeTape?.at(-1);
        const gradient = node?.gradient;
        if (node === undefined || gradient === undefined) return result;
        const { layer, phase } = attribution.current;
        const backwards = backwardOf(phase);
        // The functions that `gradient` returns, one an input, are called before the next node's turn comes
        // (tape.ts, backpropagateGradients), so that the context may stay until then.
        node.gradient = (dys) => {
          if (backward !== null) backward.context = attribution.contextOf(layer, backwards);
          return gradient(dys);
        };
        return result;
      },
  );
}

/** What is touched of an engine's tape (tfjs-core, engine.ts and tape.ts). */
interface TapeEngine {
  readonly state: { readonly activeTape?: readonly TapeNode[] | null };
}

interface TapeNode {
  gradient?: (dys: unknown) => unknown;
}

function isTapeEngine(engine: object): engine is TapeEngine {
  return 'state' in engine && typeof engine.state === 'object' && engine.state !== null;
}

function hookOptimizers(tf: TensorFlow, attribution: Attribution, patches: Patches): void {
  const inOptimizer = (className: string, method: string) => {
    const prototype = prototypeOf(tf, className);
    if (prototype === undefined || !Object.hasOwn(prototype, method)) return;
    patches.replace(
      prototype,
      method,
      (original) =>
        function (this: unknown, ...args) {
          return attribution.phase(phases.optimizer, () => original.apply(this, args));
        },
    );
  };
  inOptimizer('Optimizer', 'minimize');
  for (const className of optimizerClasses) inOptimizer(className, 'applyGradients');
}

function hookLayers(tf: TensorFlow, attribution: Attribution, patches: Patches): void {
  const prototype = tf.layers === undefined ? undefined : prototypeOf(tf.layers, 'Layer');
  if (prototype === undefined) return;
  patches.replace(
    prototype,
    'apply',
    (original) =>
      function (this: unknown, ...args) {
        const name: unknown =
          typeof this === 'object' && this !== null ? Reflect.get(this, 'name') : undefined;
        if (typeof name !== 'string') return original.apply(this, args);
        return attribution.layer(name, () => original.apply(this, args));
      },
  );
}

function prototypeOf(owner: object, className: string): object | undefined {
  const type = objectOf(owner, className);
  return type === undefined ? undefined : objectOf(type, 'prototype');
}
