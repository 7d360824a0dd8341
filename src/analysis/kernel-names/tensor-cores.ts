import { categoryOf, subjectOf } from '../categories.ts';
import { parseKernelName } from './parse-name.ts';
import { rememberByName } from './remember.ts';

/** Parts of a product or convolution that multiply no matrices: sums of partial results, tables, layouts; and products with a vector. */
const helpers =
  /splitk_?reduce|reduce_?splitk|epilogue::|OffsetsKernel|reduce_wgrad|WinogradTiles|im2col|col2im|gemv|dot_kernel|gemmk1/i;

/**
 * What a name must hold to say that it uses tensor (or matrix) cores: instructions (`hmma`, `s16816`, `wgmma`, MFMA as
 * `MI16x16`), CUTLASS's `tensorop`, libraries that have no other path (nvjet, trtllm-gen's bmm and fmha, flash attention,
 * which all multiply 16 bits or less), or input types that only tensor cores take.
 */
const uses =
  /tensorop|tensor\d+x\d+|[hidq]mma|(?:^|_)mma_|wgmma|tcgen05|mfma|wmma|_xdl|_MI\d+x\d+|[dhsi](?:884|1688|16816|16832|8816|161616)|nvjet|(?:^|::)bmm_\w*(?:E4m3|E5m2|E2m1|Bfloat16|Fp16)|fmhaSm\d+|flash_(?:fwd|bwd)|(?:FlashAttn\w*|Flash(?:Attn)?(?:Fwd|Bwd)\w*)Sm\d+|cudnn_generated_\w*flash|xmma_\w*?(?:tf32|bf16|f16|e4m3|e5m2|i8)|attn_fwd|attn_bwd|fmha_cutlass[FB]_(?:f16|bf16|f32_\w*sm80)/i;

/** What a name must hold to say that it does not. */
const doesNot =
  /(?:^|[_\d])[sdczh]gemm|(?:^|[^\d])[hsd]cudnn|simt|winograd|convolve_\w*gemm|(?:dgrad|wgrad)\w*_engine|xmma_\w*f32f32_f32f32|magma_|fmha_cutlass[FB]_f32/i;

/** Categories that multiply matrices. */
export const matrixWork: ReadonlySet<string> = new Set(['gemm', 'convolution', 'attention']);

/**
 * Whether a kernel's name says that it multiplies on tensor (matrix) cores: true, or false where it says that it does
 * not. Null for kernels that multiply no matrices, and for those whose names do not tell.
 */
export const usesTensorCores: (name: string) => boolean | null = rememberByName((name) => {
  if (!matrixWork.has(categoryOf(name))) return null;
  const kernel = parseKernelName(name);
  const subject = subjectOf(kernel);
  if (helpers.test(subject)) return null;
  if (uses.test(subject)) return true;
  return doesNot.test(subject) ? false : null;
});
