import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { categoryOf, type KernelCategory } from '../../src/analysis/categories.ts';
import { usesTensorCores } from '../../src/analysis/kernel-names/tensor-cores.ts';
import { readSharedJson, sharedTraces } from '../support/shared-traces.ts';

const test = suite('kernel categories');
const withTraces = sharedTraces(test);

/** Names as CUDA and HIP programs have them, with what they do and whether they say that they use tensor cores. */
const kernels: readonly (readonly [name: string, category: KernelCategory, tensorCores: boolean | null])[] = [
  ['volta_sgemm_128x64_nn', 'gemm', false],
  ['ampere_sgemm_32x32_sliced1x4_tn', 'gemm', false],
  ['volta_h884gemm_128x128_ldg8_nn', 'gemm', true],
  ['volta_fp16_s884gemm_fp16_128x128_ldg8_f2f_nn', 'gemm', true],
  ['turing_h1688gemm_128x128_ldg8_nt', 'gemm', true],
  ['ampere_bf16_s16816gemm_bf16_128x64_ldg8_f2f_stages_64x4_tn', 'gemm', true],
  ['ampere_fp16_s1688gemm_fp16_128x128_ldg8_relu_f2f_stages_32x1_nn', 'gemm', true],
  ['void cutlass::Kernel<cutlass_80_tensorop_s1688gemm_64x64_32x6_tn_align4>(int)', 'gemm', true],
  [
    'void cutlass::Kernel2<cutlass_80_wmma_tensorop_bf16_s161616gemm_bf16_32x32_32x1_nn_align8>(int)',
    'gemm',
    true,
  ],
  ['void cutlass::Kernel<cutlass_80_simt_sgemm_128x32_8x5_nn_align1>(int)', 'gemm', false],
  ['sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1_execute', 'gemm', true],
  ['sm80_xmma_gemm_f32f32_f32f32_f32_tn_n_tilesize32x32x8_stage3_warpsize1x2x1_ffma', 'gemm', false],
  ['nvjet_tst_192x192_64x4_2x1_v_bz_coopB_bias_TNN', 'gemm', true],
  ['bmm_Bfloat16_MxE2m1MxE4m3_Fp32_t128x16x256u2_s3_et128x16_sm100f', 'gemm', true],
  ['Cijk_Alik_Bljk_B_BS_BH_Bias_HA_S_SAV_UserArgs_MT128x224x64_MI16x16x1_SN', 'gemm', true],
  ['Cijk_Ailk_Bljk_SB_MT64x64x8_SE_K1', 'gemm', null],
  ['void gemv2N_kernel<int, int, float, float, float, float, 128, 8, 4, 4, 1, false>(int)', 'gemm', null],
  ['void splitKreduce_kernel<float, float, float, float>(cublasSplitKParams<float>)', 'gemm', null],
  ['triton_tem_fused_mm_3', 'gemm', null],
  ['void cudnn::detail::dgrad_engine<float, 512, 6, 5, 3, 3, 3, false>(int)', 'convolution', false],
  ['void cudnn::cnn::wgrad_alg0_engine<float, 128, 6, 7, 3, 3, 5, false, 512>(int)', 'convolution', false],
  [
    'void implicit_convolve_sgemm<float, float, 1024, 6, 7, 3, 3, 5, 1, false, true, true>(int)',
    'convolution',
    false,
  ],
  ['volta_scudnn_128x64_relu_interior_nn_v1', 'convolution', false],
  ['volta_scudnn_winograd_128x128_ldg1_ldg4_relu_tile148t_nt_v1', 'convolution', false],
  ['volta_fp16_s884cudnn_fp16_256x64_ldg8_relu_f2f_exp_small_nhwc_tn_v1', 'convolution', true],
  ['void cudnn::winograd_nonfused::winogradForwardData4x4<float, float>(int)', 'convolution', false],
  [
    'sm80_xmma_fprop_implicit_gemm_indexed_tf32f32_tf32f32_f32_nhwckrsc_nchw_tilesize128x128x16',
    'convolution',
    true,
  ],
  [
    'void cutlass_cudnn_infer::Kernel<cutlass_tensorop_s1688dgrad_optimized_tf32_64x128_32x3_nhwc_align4>(int)',
    'convolution',
    true,
  ],
  ['cask_cudnn::computeOffsetsKernel(cask_cudnn::ComputeOffsetsParams)', 'convolution', null],
  ['miopenSp3AsmConv_v30_3_1_gfx9_fp32_f2x3_stride1', 'convolution', null],
  ['flash_fwd_kernel', 'attention', true],
  ['void pytorch_flash::flash_bwd_dq_dk_dv_loop_seqk_parallel_kernel<int>(int)', 'attention', true],
  ['fmha_cutlassF_f16_aligned_64x64_rf_sm80(AttentionKernel<cutlass::half_t>::Params)', 'attention', true],
  ['fmha_cutlassF_f32_aligned_64x64_rf_sm70(AttentionKernel<float>::Params)', 'attention', false],
  ['fmhaSm100aKernel_QkvE4m3OBfloat16H64PagedKvCausalP16VarSeqQ128Kv128PersistentContext', 'attention', true],
  ['attn_fwd', 'attention', true],
  ['void vllm::paged_attention_v2_kernel<unsigned short, 128>(float*)', 'attention', null],
  ['void vllm::reshape_and_cache_flash_kernel<__nv_bfloat16, unsigned char>(int)', 'copy', null],
  ['void cudnn::bn_fw_tr_1C11_kernel_NCHW<float, float, 512, true, 1>(int)', 'normalisation', null],
  [
    'void at::native::(anonymous namespace)::vectorized_layer_norm_kernel<float, float>(int)',
    'normalisation',
    null,
  ],
  [
    'void at::native::(anonymous namespace)::GammaBetaBackwardCUDAKernel<float, float>(long)',
    'normalisation',
    null,
  ],
  ['void vllm::rms_norm_kernel<c10::BFloat16, 8, 2>(c10::BFloat16*)', 'normalisation', null],
  ['triton_red_fused_native_layer_norm_2', 'normalisation', null],
  [
    'void (anonymous namespace)::softmax_warp_forward<float, float, float, 10, true>(float*)',
    'reduction',
    null,
  ],
  ['void moe::dev::routing::routingRenormalize::routingIndicesHistogramKernel<int>(int)', 'reduction', null],
  [
    'void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float, at::native::MeanOps<float, float>>>(int)',
    'reduction',
    null,
  ],
  ['void at::native::(anonymous namespace)::max_pool_forward_nchw<float, float>(int)', 'reduction', null],
  ['triton_per_fused_sum_0', 'reduction', null],
  [
    'void at::native::vectorized_elementwise_kernel<4, at::native::CUDAFunctor_add<float>>(int)',
    'elementwise',
    null,
  ],
  ['triton_poi_fused_convolution_relu_3', 'elementwise', null],
  ['void vllm::rotary_embedding_kernel<c10::BFloat16, true>(long const*)', 'elementwise', null],
  ['void cudnn::ops::scalePackedTensor_kernel<float, float>(int)', 'elementwise', null],
  [
    'void at::native::unrolled_elementwise_kernel<at::native::direct_copy_kernel_cuda(at::TensorIteratorBase&)::{lambda()#3}>(int)',
    'copy',
    null,
  ],
  ['void at::native::vectorized_elementwise_kernel<4, at::native::FillFunctor<float>>(int)', 'copy', null],
  ['void at::native::index_elementwise_kernel<128, 4, at::native::gpu_index_kernel<int>>(int)', 'copy', null],
  ['void cudnn::ops::nchwToNhwcKernel<float, float, float, false, true>(int)', 'copy', null],
  [
    'void at::native::(anonymous namespace)::CatArrayBatchedCopy<float, unsigned int, 2, 128, 1>(float*)',
    'copy',
    null,
  ],
  ['void fbgemm_gpu::permute_indices_weights_kernel<false, int, float>(int)', 'copy', null],
  [
    'void split_embedding_codegen_forward_unweighted_kernel<float, float, float, long, 5ul>(int)',
    'copy',
    null,
  ],
  ['triton_poi_fused__to_copy_1', 'copy', null],
  [
    'void split_embedding_backward_codegen_rowwise_adagrad_unweighted_kernel_cta_per_row_1<float>(int)',
    'optimizer',
    null,
  ],
  [
    'void multi_tensor_apply_kernel<TensorListMetadata<4>, AdamFunctor<float>, float>(int)',
    'optimizer',
    null,
  ],
  ['ncclKernel_AllReduce_RING_LL_Sum_float(ncclWorkElem)', 'communication', null],
  ['ncclDevKernel_SendRecv(ncclDevKernelArgsStorage<4096ul>)', 'communication', null],
  ['void rcclGenericKernel<1>(ncclDevKernelArgsStorage<4096ul>)', 'communication', null],
  [
    'void (anonymous namespace)::multimem_all_reduce_kernel<c10::BFloat16, 16>(c10::BFloat16*)',
    'communication',
    null,
  ],
  ['void vllm::cross_device_reduce_1stage<__nv_bfloat16, 8>(vllm::RankData*)', 'communication', null],
  ['void cub::DeviceRadixSortOnesweepKernel<int>(int*)', 'other', null],
  ['at_least_something', 'other', null],
  ['', 'other', null],
];

for (const [name, category, tensorCores] of kernels) {
  test(`${category}: ${name.slice(0, 60)}`, () => {
    assert.is(categoryOf(name), category);
    assert.is(usesTensorCores(name), tensorCores);
  });
}

interface RawTrace {
  readonly traceEvents: readonly {
    readonly cat?: string;
    readonly ph: string;
    readonly name: string;
    readonly dur: number;
  }[];
}

/** Kernel time by name, in microseconds. */
function kernelTimes(file: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const { cat, ph, name, dur } of (readSharedJson(file) as RawTrace).traceEvents) {
    if (cat?.toLowerCase() === 'kernel' && ph === 'X') times.set(name, (times.get(name) ?? 0) + dur);
  }
  return times;
}

withTraces('of the kernel time of every shared trace less than two hundredths are of no category', () => {
  for (const [file, { format }] of Object.entries(
    readSharedJson('golden.json') as Record<string, { format: string }>,
  )) {
    if (format !== 'kineto') continue;
    let total = 0;
    let other = 0;
    for (const [name, time] of kernelTimes(file)) {
      total += time;
      if (categoryOf(name) === 'other') other += time;
    }
    assert.ok(total === 0 || other / total < 0.02, `${file}: ${other / total}`);
  }
});

withTraces('tensor cores are told from the names of a V100 in single precision and of a B200', () => {
  const shareOf = (file: string): number => {
    let yes = 0;
    let told = 0;
    for (const [name, time] of kernelTimes(file)) {
      const uses = usesTensorCores(name);
      if (uses !== null) told += time;
      if (uses === true) yes += time;
    }
    return yes / told;
  };
  assert.is(shareOf('tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz'), 0);
  assert.is(shareOf('tl_b200_eager_trace.json.gz'), 1);
});

test.run();
