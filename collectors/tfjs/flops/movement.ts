import type { KernelCost } from '../flops.ts';

const none = () => 0;

const moved = [
  ...['BatchToSpaceND', 'BroadcastArgs', 'BroadcastTo', 'Cast', 'Complex', 'Concat', 'DepthToSpace', 'Diag'],
  ...[
    'ExpandDims',
    'Fill',
    'FlipLeftRight',
    'Identity',
    'Imag',
    'MirrorPad',
    'OneHot',
    'Pack',
    'PadV2',
    'Real',
  ],
  ...['Reshape', 'ResizeNearestNeighbor', 'Reverse', 'SpaceToBatchND', 'SparseToDense', 'SplitV'],
  ...['TensorScatterUpdate', 'Tile', 'Transpose', 'Unpack'],
];

/**
 * Moving, converting and filling: no arithmetic. Bytes are counted unless the backend shares the storage, which
 * is seen on the tensors themselves (Reshape always; Identity and Cast on some backends).
 */
export const movement: readonly (readonly [string, KernelCost])[] = [
  ...moved.map((name) => [name, { flops: none }] as const),
  ['Slice', { flops: none, selectsFrom: 'x' }],
  ['StridedSlice', { flops: none, selectsFrom: 'x' }],
  ['GatherV2', { flops: none, selectsFrom: 'x' }],
  ['GatherNd', { flops: none, selectsFrom: 'params' }],
  ['OnesLike', { flops: none, unread: ['x'] }],
  ['ZerosLike', { flops: none, unread: ['x'] }],
];
