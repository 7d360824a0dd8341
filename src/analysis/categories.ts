/** What a kernel does, in the field's words. */
export type KernelCategory =
  | 'gemm'
  | 'convolution'
  | 'attention'
  | 'normalisation'
  | 'elementwise'
  | 'reduction'
  | 'copy'
  | 'communication'
  | 'optimizer'
  | 'other';

/** The first pattern that a name matches decides. Names are those of TensorFlow.js kernels. */
const patterns: readonly (readonly [RegExp, KernelCategory])[] = [
  [/conv/i, 'convolution'],
  [/matmul/i, 'gemm'],
  [/norm|moments/i, 'normalisation'],
  [/pool/i, 'reduction'],
  [
    /^(Sum|Mean|Max|Min|Prod|All|Any|ArgMax|ArgMin|Softmax|LogSoftmax|UnsortedSegmentSum|Bincount|Cumsum)$/,
    'reduction',
  ],
  [
    /^(Transpose|Reshape|Identity|Cast|Slice|StridedSlice|Concat|Pack|Unpack|SplitV|PadV2|MirrorPad|GatherV2|GatherNd|ScatterNd|Tile|Reverse|ExpandDims|Fill|ZerosLike|OnesLike|OneHot)$/,
    'copy',
  ],
  [/momentum|adam|sgd/i, 'optimizer'],
  [
    /^(Abs|Acos|Add|AddN|Cos|Elu|Equal|Erf|Exp|Expm1|Floor|Greater|GreaterEqual|Less|LessEqual|LeakyRelu|Log|Log1p|LogicalAnd|LogicalNot|Maximum|Minimum|Multiply|Neg|NotEqual|Pow|Prelu|RealDiv|Relu|Relu6|ReluGrad|Relu6Grad|Round|Rsqrt|Select|Sigmoid|Sign|Sin|Softplus|Sqrt|Square|SquaredDifference|Step|Sub|Tanh|ClipByValue)$/,
    'elementwise',
  ],
];

/** The category of a kernel by its name. */
export function categoryOf(name: string): KernelCategory {
  return patterns.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
