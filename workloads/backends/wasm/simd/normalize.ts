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
import { type Activation, activeGradient, sixes } from './rectify.ts';

/**
 * Element by element over a matrix whose columns are channels; four divides their number. One pass that reads each input
 * and writes each output once: on a CPU these operations cost what their memory traffic costs.
 */

/**
 * `y[r][c] = (x[r][c] - mean[c]) scale[c] + shift[c]`, plus `residual[r][c]`, and not below zero nor above six, as the
 * name says.
 */
function scaleShift(name: string, residual: boolean, activation: Activation): FunctionDefinition {
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
      const six = locals.v128();
      const value = {
        none: summed,
        relu: f32x4.max(summed, v128.zero),
        relu6: f32x4.min(f32x4.max(summed, v128.zero), six.get),
      }[activation];
      const vectors = i32.shiftRight(columns.get, 2);
      return sequence(
        six.set(sixes),
        repeat(
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
        ),
      );
    },
  );
}

export const scaleShiftPlain = scaleShift('scaleShiftPlain', false, 'none');
export const scaleShiftRelu = scaleShift('scaleShiftRelu', false, 'relu');
export const scaleShiftRelu6 = scaleShift('scaleShiftRelu6', false, 'relu6');
export const scaleShiftAdd = scaleShift('scaleShiftAdd', true, 'none');
export const scaleShiftAddRelu = scaleShift('scaleShiftAddRelu', true, 'relu');
export const scaleShiftAddRelu6 = scaleShift('scaleShiftAddRelu6', true, 'relu6');

/**
 * The gradient of a batch normalisation for its input:
 * `dx[r][c] = g[r][c] a[c] + (x[r][c] - mean[c]) b[c] + d[c]`, where g is dy, or 0 where the activation is flat; g itself, the
 * gradient of the residual, is written as well with `keep`.
 */
function normalizeGradient(name: string, activation: Activation, keep: boolean): FunctionDefinition {
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
      const six = locals.v128();
      const output = locals.v128();
      const active = activeGradient(activation, v128.load(dy.get), v128.load(y.get), { six, output });
      const deviation = f32x4.sub(v128.load(x.get), at(mean));
      const value = f32x4.add(f32x4.add(f32x4.mul(gradient.get, at(a)), f32x4.mul(deviation, at(b))), at(d));
      return sequence(
        six.set(sixes),
        repeat(
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
                activation === 'none' ? [] : advance(y, 16),
                keep ? advance(dResidual, 16) : [],
              ),
            ),
          ),
        ),
      );
    },
  );
}

export const normalizeGradientPlain = normalizeGradient('normalizeGradientPlain', 'none', false);
export const normalizeGradientRelu = normalizeGradient('normalizeGradientRelu', 'relu', false);
export const normalizeGradientReluKeep = normalizeGradient('normalizeGradientReluKeep', 'relu', true);
export const normalizeGradientRelu6 = normalizeGradient('normalizeGradientRelu6', 'relu6', false);
export const normalizeGradientRelu6Keep = normalizeGradient('normalizeGradientRelu6Keep', 'relu6', true);
