import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { categoryOf } from '../../../src/analysis/categories.ts';
import { parseKernelName } from '../../../src/analysis/kernel-names/parse-name.ts';
import { longestShortName, shortKernelName } from '../../../src/analysis/kernel-names/short-name.ts';
import { usesTensorCores } from '../../../src/analysis/kernel-names/tensor-cores.ts';

const test = suite('short kernel names');
const add = 'at::native::CUDAFunctor_add<float>';
const iterator = 'at::TensorIteratorBase&';

const shortNames: Readonly<Record<string, string>> = {
  Conv2D: 'Conv2D',
  volta_sgemm_128x32_nt: 'volta_sgemm_128x32_nt',
  'saxpy(double *, double *, double *, double, int)': 'saxpy',
  'ncclDevKernel_SendRecv(ncclDevKernelArgsStorage<4096ul>)': 'ncclDevKernel_SendRecv',
  [`void at::native::vectorized_elementwise_kernel<4, ${add}, at::detail::Array<char*, 3> >(int, ${add})`]:
    'elementwise add<float>',
  [`void at::native::elementwise_kernel<128, 2, at::native::gpu_kernel_impl<at::native::BinaryFunctor<float, float, float, at::native::binary_internal::MulFunctor<float> > >(${iterator})::{lambda(int)#1}>(int)`]:
    'elementwise mul<float>',
  [`void at::native::unrolled_elementwise_kernel<at::native::(anonymous namespace)::direct_copy_kernel_cuda(${iterator})::{lambda()#3}::operator()() const::{lambda()#12}::operator()() const::{lambda(c10::BFloat16)#1}, std::array<char*, 2ul>, 4>(int)`]:
    'elementwise direct_copy<bf16>',
  'void at::native::vectorized_elementwise_kernel<(int)8, at::native::bfloat16_copy_kernel_cuda(at::TensorIteratorBase &)::[lambda(float) (instance 1)], std::array<char *, (unsigned long)2>>(int, T2, T3)':
    'elementwise bfloat16_copy<float>',
  'void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float, at::native::func_wrapper_t<float, at::native::sum_functor<float, float, float>::operator()(at::TensorIterator&)::{lambda(float, float)#1}>, unsigned int, float, 4> >(int)':
    'reduce sum<float>',
  'void multi_tensor_apply_kernel<TensorListMetadata<4>, AdamFunctor<float>, float, float>(int, int volatile*)':
    'multi_tensor adam<float>',
  'void cutlass::Kernel<cutlass_80_tensorop_s1688gemm_128x64_32x6_nn_align4>(cutlass_80_tensorop_s1688gemm_128x64_32x6_nn_align4::Params)':
    'cutlass_80_tensorop_s1688gemm_128x64_32x6_nn_align4',
  'void cutlass::device_kernel<flash::FlashAttnFwdSm90<flash::CollectiveMainloopFwdSm90<2> > >(int)':
    'FlashAttnFwdSm90',
  'void cudnn::detail::dgrad_engine<float, 512, 6, 5, 3, 3, 3, false>(int, int)': 'dgrad_engine<float>',
  'void at::native::<unnamed>::vectorized_layer_norm_kernel<float, float, (bool)0>(int, T2, const T1 *)':
    'vectorized_layer_norm_kernel<float>',
  'void (anonymous namespace)::softmax_warp_forward<float, float, float, 10, true>(float*, float const*)':
    'softmax_warp_forward<float>',
  'std::enable_if<(((8)>(0)))&&vllm::_typeConvert<c10::BFloat16>::exists, void>::type vllm::fused_add_rms_norm_kernel<c10::BFloat16, 8>(c10::BFloat16*)':
    'fused_add_rms_norm_kernel<bf16>',
  'std::enable_if<!(false), void>::type internal::gemvx::kernel<int, int, float, float, false>(int)':
    'gemvx::kernel<float>',
  Cijk_Alik_Bljk_B_BS_BH_Bias_HA_S_SAV_UserArgs_MT256x128x64_MI16x16x1_SN_LDSB1:
    'Cijk_Alik_Bljk_B_BS MT256x128x64 MI16x16x1',
  _ZN2at6native29vectorized_elementwise_kernelILi4ENS0_15CUDAFunctor_addIfEENS_6detail5ArrayIPcLi3EEEEEviT0_T1_:
    'elementwise add',
  _ZN19cutlass_cudnn_train6KernelINS_4conv6kernel23ImplicitGemmConvolutionINS1_11threadblockEEEEEvv:
    'ImplicitGemmConvolution',
  _Z5saxpyifPfS_: 'saxpy',
  '': '(unnamed)',
  '\u001b[31m\u0007\n': '(unnamed)',
  '\u001b[31mred\u001b[0m_kernel\u202e': 'red_kernel',
  '<script>alert(1)</script>': '(unnamed)',
  'a<b<c': 'a',
  'a(((((': 'a',
  '>>>)))': '>>>)))',
};

for (const [name, short] of Object.entries(shortNames)) {
  test(`${JSON.stringify(name.slice(0, 70))} is ${short}`, () => {
    assert.is(shortKernelName(name), short);
  });
}

test('scopes are the namespaces, outermost first', () => {
  const name = parseKernelName('void a::(anonymous namespace)::B<int, c<1, 2> >::f<float, d>(e)');
  assert.equal(name, { scopes: ['a', 'B'], base: 'f', templateArguments: ['float', 'd'] });
});

test('long names are cut where a person sees it', () => {
  const short = shortKernelName(`k_${'x'.repeat(1e6)}`);
  assert.is([...short].length, longestShortName);
  assert.ok(short.endsWith('…'));
});

test('whatever the name, the answers come fast and are plain text', () => {
  const pieces = [
    '<',
    '>',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '::',
    ' ',
    ',',
    'void ',
    'at::native::',
    'elementwise_kernel',
    'cutlass::Kernel',
  ];
  const more = [
    'BinaryFunctor<',
    'lambda(',
    '_ZN',
    '6Kernel',
    'I',
    'bmm_',
    'xmma_',
    'triton_poi_fused_',
    'copy_',
    '\u001b[2J',
    '\u0000',
    '<unnamed>',
    '(anonymous namespace)',
    '🂡',
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...pieces, ...more), fc.string({ maxLength: 4 })), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(text, (words) => {
      const name = words.join('');
      const short = shortKernelName(name);
      assert.ok(short.length > 0 && [...short].length <= longestShortName);
      assert.not.match(short, /\p{Cc}/u);
      assert.ok(categoryOf(name).length > 0);
      assert.ok([true, false, null].includes(usesTensorCores(name)));
      assert.is(shortKernelName(name), short);
    }),
    { numRuns: 500 },
  );
});

test('of a name of a megabyte only the first few thousand letters are looked at', () => {
  for (const unit of [
    '<',
    '(',
    'a::',
    'BinaryFunctor<',
    'bmm_',
    'xmma_',
    '{lambda(',
    '\u001b[',
    '9',
    'void ',
  ]) {
    const name = `void f<${unit.repeat(1e6 / unit.length)}`;
    const head = name.slice(0, 4096);
    assert.is(shortKernelName(name), shortKernelName(head));
    assert.is(categoryOf(name), categoryOf(head));
    assert.is(usesTensorCores(name), usesTensorCores(head));
  }
});

test.run();
