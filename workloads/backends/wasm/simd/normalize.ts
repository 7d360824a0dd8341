import {
  advance,
  type Code,
  defineFunction,
  type FunctionDefinition,
  f32x4,
  i32,
  repeat,
  sequence,
  type Variable,
  v128,
} from './assembler.ts';

/**
 * Element by element over a matrix whose columns are channels; four divides their number. One pass that reads each input
 * and writes each output once: on a CPU these operations cost what their memory traffic costs.
 */

/** `y[r][c] = (x[r][c] - mean[c]) scale[c] + shift[c]`, plus `residual[r][c]`, and not below zero, as the name says. */
function scaleShift(name: string, residual: boolean, relu: boolean): FunctionDefinition {
  return defineFunction(
    name,
    ['x', 'residual', 'y', 'mean', 'scale', 'shift', 'rows', 'columns'],
    (parameter, locals) => {
      const { x, y, mean, scale, shift, rows, columns } = parameter;
      const row = locals.i32();
      const column = locals.i32();
      const channel = locals.i32();
      const at = (pointer: Variable) => v128.load(i32.add(pointer.get, channel.get));
      const scaled = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x.get), at(mean)), at(scale)), at(shift));
      const summed = residual ? f32x4.add(scaled, v128.load(parameter.residual.get)) : scaled;
      const value = relu ? f32x4.max(summed, v128.zero) : summed;
      const vectors = i32.shiftRight(columns.get, 2);
      return repeat(
        row,
        rows.get,
        sequence(
          channel.set(i32.const(0)),
          repeat(
            column,
            vectors,
            sequence(
              v128.store(y.get, value),
              ...[x, y, channel].map((pointer) => advance(pointer, 16)),
              residual ? advance(parameter.residual, 16) : [],
            ),
          ),
        ),
      );
    },
  );
}

export const scaleShiftPlain = scaleShift('scaleShiftPlain', false, false);
export const scaleShiftRelu = scaleShift('scaleShiftRelu', false, true);
export const scaleShiftAdd = scaleShift('scaleShiftAdd', true, false);
export const scaleShiftAddRelu = scaleShift('scaleShiftAddRelu', true, true);

/**
 * The gradient of a batch normalisation for its input:
 * `dx[r][c] = g[r][c] a[c] + (x[r][c] - mean[c]) b[c] + d[c]`, where g is dy, with `relu` only where y > 0; g itself, the gradient
 * of the residual, is written as well with `keep`.
 */
function normalizeGradient(name: string, relu: boolean, keep: boolean): FunctionDefinition {
  return defineFunction(
    name,
    ['dy', 'y', 'x', 'dx', 'dResidual', 'mean', 'a', 'b', 'd', 'rows', 'columns'],
    (parameter, locals) => {
      const { dy, y, x, dx, dResidual, mean, a, b, d, rows, columns } = parameter;
      const row = locals.i32();
      const column = locals.i32();
      const channel = locals.i32();
      const gradient = locals.v128();
      const at = (pointer: Variable): Code => v128.load(i32.add(pointer.get, channel.get));
      const active = relu
        ? v128.and(v128.load(dy.get), f32x4.greaterThan(v128.load(y.get), v128.zero))
        : v128.load(dy.get);
      const deviation = f32x4.sub(v128.load(x.get), at(mean));
      const value = f32x4.add(f32x4.add(f32x4.mul(gradient.get, at(a)), f32x4.mul(deviation, at(b))), at(d));
      return repeat(
        row,
        rows.get,
        sequence(
          channel.set(i32.const(0)),
          repeat(
            column,
            i32.shiftRight(columns.get, 2),
            sequence(
              gradient.set(active),
              v128.store(dx.get, value),
              keep ? v128.store(dResidual.get, gradient.get) : [],
              ...[dy, x, dx, channel].map((pointer) => advance(pointer, 16)),
              relu ? advance(y, 16) : [],
              keep ? advance(dResidual, 16) : [],
            ),
          ),
        ),
      );
    },
  );
}

export const normalizeGradientPlain = normalizeGradient('normalizeGradientPlain', false, false);
export const normalizeGradientRelu = normalizeGradient('normalizeGradientRelu', true, false);
export const normalizeGradientReluKeep = normalizeGradient('normalizeGradientReluKeep', true, true);
