import type { KernelCategory } from '../categories.ts';

/** TensorFlow.js kernels are single words; these say what they do only as a whole. */
const tensorFlowKernels: readonly (readonly [RegExp, KernelCategory])[] = [
  [
    /^(?:Sum|Mean|Max|Min|Prod|All|Any|ArgMax|ArgMin|Softmax|LogSoftmax|UnsortedSegmentSum|Bincount|Cumsum)$/,
    'reduction',
  ],
  [
    /^(?:Transpose|Reshape|Identity|Cast|Slice|StridedSlice|Concat|Pack|Unpack|SplitV|PadV2|MirrorPad|GatherV2|GatherNd|ScatterNd|Tile|Reverse|ExpandDims|Fill|ZerosLike|OnesLike|OneHot)$/,
    'copy',
  ],
  [
    /^(?:Abs|Acos|Add|AddN|Cos|Elu|Equal|Erf|Exp|Expm1|Floor|Greater|GreaterEqual|Less|LessEqual|LeakyRelu|Log|Log1p|LogicalAnd|LogicalNot|Maximum|Minimum|Multiply|Neg|NotEqual|Pow|Prelu|RealDiv|Relu|Relu6|ReluGrad|Relu6Grad|Round|Rsqrt|Select|Sigmoid|Sign|Sin|Softplus|Sqrt|Square|SquaredDifference|Step|Sub|Tanh|ClipByValue)$/,
    'elementwise',
  ],
];

/** Names that Triton fuses hold the names of all they fuse, so their kind decides before any word. */
const triton: readonly (readonly [RegExp, KernelCategory])[] = [
  [/^triton_(?:red|per)_\w*norm/, 'normalisation'],
  [/^triton_(?:red|per|spl)_/, 'reduction'],
  [
    /^triton_poi_fused_(?:(?:_to_copy|copy_?|clone|cat|constant_pad_nd|permute|transpose|fill|zeros|slice)_)+\d+$/,
    'copy',
  ],
  [/^triton_(?:poi|for)_/, 'elementwise'],
];

/**
 * Words of CUDA and HIP kernels: cuBLAS, cuDNN, CUTLASS, TensorRT-LLM, NCCL, RCCL, PyTorch, FBGEMM, vLLM, CUB, Tensile,
 * MIOpen and Composable Kernel. A fused kernel goes where most of its work is.
 */
const words: readonly (readonly [RegExp, KernelCategory])[] = [
  [
    /nccl|rccl|hccl|nvshmem|multimem_|all_?reduce|all_?gather|reduce_?scatter|all_?to_?all|send_?recv|cross_device_reduce|(?:one|two)_?shot/i,
    'communication',
  ],
  [/reshape_and_cache|_kv_cache|copy_page_indices/i, 'copy'],
  [/flash|fmha|attn|attention|mha_(?:fwd|bwd)|_mla_|^mla_/i, 'attention'],
  // The update of an embedding's rows with its gradient is one kernel in FBGEMM, named after the optimizer.
  [
    /adam|adagrad|lamb(?!da)|rmsprop|momentum|optimi[sz]er|(?:^|_)sgd|sgd(?:$|_)|multi_tensor_apply/i,
    'optimizer',
  ],
  [/nchw_?to_?nhwc|nhwc_?to_?nchw|batched_?transpose/i, 'copy'],
  [
    /(?:batch|layer|group|instance|rms|l2)_?norm|::bn_(?:fw|bw)|miopen\w*norm|GammaBeta|^norm|moments/i,
    'normalisation',
  ],
  [/softmax/i, 'reduction'],
  [/rotary|(?:^|_)rope_/i, 'elementwise'],
  [
    /conv(?!ert)|dgrad|wgrad|fprop|winograd|im2col|col2im|\dcudnn_|_scudnn_|cask_cudnn|cutlass\w*_cudnn|igemm_(?:fwd|bwd|wrw)|^miopenSp3/i,
    'convolution',
  ],
  [
    /(?<!fb)gemm|gemv|matmul|cublas|^Cijk_|nvjet|bmm_|splitk_?reduce|cutlass\w*_tensorop|^epilogue::|(?:^|_)(?:add|b|scaled_)?mm_|triton_mm|wgmma|marlin|machete/i,
    'gemm',
  ],
  [
    /reduce|reduction|DeviceScan|DeviceCompact|DeviceSelect|scan_|cumsum|cumprod|pool(?!ed)|argmax|argmin|top_?k|histogram|segment|nll_|criterion|loss|routing|finalize|median|kthvalue|searchsorted|bincount/i,
    'reduction',
  ],
  [
    /copy|(?:^|::)cat|concat|transpose|permute|gather|scatter|index|indices|embedding|offsets|slice|_pad|pad_|fill|memset|memcpy|unfold|repack|to_dense|dense_to|arange|masked_select|roll_cuda|flip/i,
    'copy',
  ],
  [
    /elementwise|pointwise|gelu|silu|relu|activation|act_and_mul|rotary|rope|quant|dropout|sigmoid|tanh|saxpy|daxpy|axpy|scale|clamp|distribution_|bias|convert|cast|vectorAdd|_add_|_mul_|CudaKernelOpAdd/i,
    'elementwise',
  ],
];

/** The first pattern that matches decides. */
export const categoryPatterns = [...tensorFlowKernels, ...triton, ...words];
