import { type Code, f32, f32x4, type Variable, v128 } from './assembler.ts';

/** What a normalisation does to its output last. */
export type Activation = 'none' | 'relu' | 'relu6';

/** The ceiling of ReLU6 in every lane. */
export const sixes: Code = f32x4.splat(f32.const(6));

/**
 * `dy` where the activation that gave `y` is not flat, 0 elsewhere.
 *
 * @param six holds `sixes`
 * @param output for the value of `y`, which ReLU6 needs twice
 */
export function activeGradient(
  activation: Activation,
  dy: Code,
  y: Code,
  { six, output }: { readonly six: Variable; readonly output: Variable },
): Code {
  switch (activation) {
    case 'none':
      return dy;
    case 'relu':
      return v128.and(dy, f32x4.greaterThan(y, v128.zero));
    case 'relu6': {
      const inside = v128.and(f32x4.greaterThan(output.get, v128.zero), f32x4.lessThan(output.get, six.get));
      return [...output.set(y), ...v128.and(dy, inside)];
    }
  }
}
