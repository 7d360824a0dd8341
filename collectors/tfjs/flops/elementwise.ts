import type { KernelCost } from '../flops.ts';
import { input, type KernelCall, output, sizeOf } from '../kernel-call.ts';

const perOutput =
  (count: number) =>
  (call: KernelCall): number =>
    count * sizeOf(output(call).shape);

// Functions count one an element, however many instructions a processor needs for them.
const one = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atan2', 'Atanh', 'Ceil', 'ComplexAbs', 'Cos', 'Cosh'],
  ...['Elu', 'Erf', 'Exp', 'Expm1', 'Floor', 'IsFinite', 'IsInf', 'IsNan', 'LeakyRelu', 'Log', 'Log1p'],
  ...['LogicalNot', 'Neg', 'Reciprocal', 'Relu', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin'],
  ...['Sinh', 'Softplus', 'Sqrt', 'Square', 'Step', 'Tan', 'Tanh'],
  ...['Add', 'BitwiseAnd', 'Equal', 'FloorDiv', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd'],
  ...[
    'LogicalOr',
    'LogicalXor',
    'Maximum',
    'Minimum',
    'Mod',
    'Multiply',
    'NotEqual',
    'Pow',
    'Prelu',
    'RealDiv',
  ],
  ...['Select', 'Sub', 'LinSpace', 'Range'],
];

const two = ['ClipByValue', 'EluGrad', 'SquaredDifference'];

/** Operations on single elements, counted by what comes out, after broadcasting. */
export const elementwise: readonly (readonly [string, KernelCost])[] = [
  ...one.map((name) => [name, { flops: perOutput(1) }] as const),
  ...two.map((name) => [name, { flops: perOutput(2) }] as const),
  ['AddN', { flops: (call) => (call.inputs.size - 1) * sizeOf(output(call).shape) }],
  // Three linear interpolations, each a + (b - a) · t.
  ['ResizeBilinear', { flops: perOutput(9) }],
  ['ResizeNearestNeighborGrad', { flops: (call) => sizeOf(input(call, 'dy').shape), unread: ['images'] }],
];
