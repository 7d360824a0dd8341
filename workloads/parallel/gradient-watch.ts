import * as tf from '../tf.ts';

/** Sees a part of a variable's gradient: what one of its uses adds to it. */
export type SeePart = (variable: number, part: tf.Tensor, place: PartPlace) => void;

export interface PartPlace {
  readonly isFirst: boolean;
  /** No other part follows: with this one the gradient is complete. Never said where that is not certain. */
  readonly isLast: boolean;
}

/**
 * Runs `body`, which makes one forward and one backward pass, and shows the gradients of variables while the backward pass goes
 * on. It counts the uses of each variable on the tape: a use that the loss does not depend on has no gradient, so that the last
 * part of that variable is not known as the last.
 */
export function watchGradients<T>(variables: readonly tf.Variable[], see: SeePart, body: () => T): T {
  const engine: object = tf.engine();
  if (!hasTape(engine)) return body();
  const watched = new Map(
    variables.map(({ id }, index) => [id, { index, uses: 0, seen: 0 } satisfies Watched]),
  );
  const original = engine.addTapeNode;
  engine.addTapeNode = function (this: unknown, ...args) {
    original.apply(this, args);
    const node = engine.state.activeTape?.at(-1);
    if (node !== undefined) watchNode(node, watched, see);
  };
  try {
    return body();
  } finally {
    engine.addTapeNode = original;
  }
}

interface Watched {
  readonly index: number;
  uses: number;
  seen: number;
}

/** What is touched of an engine (tfjs-core 4, engine.ts and tape.ts). */
interface TapeEngine {
  readonly state: { readonly activeTape?: readonly TapeNode[] | null };
  addTapeNode(...args: unknown[]): void;
}

interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  gradient?: (dys: unknown) => Record<string, () => tf.Tensor>;
}

function hasTape(engine: object): engine is TapeEngine {
  return 'state' in engine && 'addTapeNode' in engine && typeof engine.addTapeNode === 'function';
}

function watchNode(node: TapeNode, watched: ReadonlyMap<number, Watched>, see: SeePart): void {
  const { gradient } = node;
  const mine = Object.entries(node.inputs).flatMap(([name, { id }]) => {
    const variable = watched.get(id);
    return variable === undefined ? [] : [[name, variable] as const];
  });
  for (const [, variable] of mine) variable.uses += 1;
  if (mine.length === 0 || gradient === undefined) return;
  node.gradient = (dys) => {
    const parts = { ...gradient(dys) };
    for (const [name, variable] of mine) {
      const compute = parts[name];
      if (compute === undefined) continue;
      parts[name] = () => {
        const part = compute();
        variable.seen += 1;
        see(variable.index, part, {
          isFirst: variable.seen === 1,
          isLast: variable.seen === variable.uses,
        });
        return part;
      };
    }
    return parts;
  };
}
