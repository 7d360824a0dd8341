import { type KernelName, parseFunction } from './parse-name.ts';

/** What a kernel that applies a function is given: `add` of `float`. */
export interface Functor {
  readonly name: string;
  /** Element type as the field writes it, or '' where the name does not tell. */
  readonly type: string;
}

/** Classes whose argument is the function of interest. */
const wrappers =
  /^(gpu_kernel_impl(_nocast)?|gpu_kernel_with_index|gpu_index_kernel|BinaryFunctor|UnaryFunctor|AUnaryFunctor|BUnaryFunctor|ReduceOp|func_wrapper_t|BinaryOp\w*Functor|UnaryOpFunctor|PointwiseOp\w*Functor|TernaryOp\w*Functor)$/;
const containers = /^(TensorList\w*|Array|array|OpaqueType|integral_constant|detail|memory|\d.*)$/;
const typeNames: Readonly<Record<string, string>> = {
  BFloat16: 'bf16',
  __nv_bfloat16: 'bf16',
  __hip_bfloat16: 'bf16',
  bfloat16_t: 'bf16',
  Half: 'half',
  __half: 'half',
  half: 'half',
  half_t: 'half',
  Float8_e4m3fn: 'e4m3',
  Float8_e5m2: 'e5m2',
  float: 'float',
  double: 'double',
  int: 'int',
  long: 'long',
  short: 'short',
  char: 'char',
  bool: 'bool',
  float2: 'float2',
};
/** Wrappers within wrappers; deeper ones are no names of PyTorch's. */
const deepest = 6;

const floating: ReadonlySet<string> = new Set(['bf16', 'half', 'e4m3', 'e5m2', 'float', 'double', 'float2']);

/** The element type in an argument such as `c10::BFloat16 const*`; '' where it is none, as for raw bytes. */
export function elementType(argument: string): string {
  if (/^char *\*/.test(argument)) return '';
  const word = /^[\w:]+/.exec(argument.replace(/^(?:const|unsigned|signed) /, ''))?.[0] ?? '';
  return typeNames[word.slice(word.lastIndexOf(':') + 1)] ?? '';
}

/** The function that an elementwise, reducing or multi-tensor kernel applies; null where its name does not tell. */
export function functorOf(kernel: KernelName): Functor | null {
  return findIn(kernel.templateArguments, 0);
}

function findIn(candidates: readonly string[], depth: number): Functor | null {
  if (depth > deepest) return null;
  for (const argument of candidates) {
    // A literal such as `(int)128`, `4` or `true`, or a plain type.
    if (/^(?:\(|[-\d]|true$|false$)/.test(argument) && !argument.startsWith('(anonymous')) continue;
    if (elementType(argument) !== '') continue;
    const inner = parseFunction(argument);
    if (inner.base === '' || containers.test(inner.base)) continue;
    if (wrappers.test(inner.base)) {
      const found = findIn(inner.templateArguments, depth + 1);
      if (found !== null) return found;
      continue;
    }
    const outer = inner.base === 'operator' ? (inner.scopes.at(-1) ?? '') : inner.base;
    return { name: plain(outer), type: lambdaType(argument) || mainType(inner.templateArguments) };
  }
  return null;
}

/** The type that a kernel computes in: the first floating one, or what it is given first; '' for none. */
export function mainType(templateArguments: readonly string[]): string {
  const types = templateArguments.map(elementType);
  return types.find((type) => floating.has(type)) ?? types[0] ?? '';
}

/** The type that the innermost lambda takes: `{lambda(c10::BFloat16)#1}`. */
function lambdaType(argument: string): string {
  const at = argument.lastIndexOf('lambda(');
  return at < 0 ? '' : elementType(argument.slice(at + 'lambda('.length, at + 80));
}

/** `direct_copy_kernel_cuda` → `direct_copy`, `MulFunctor` → `mul`, `CUDAFunctor_add` → `add`. */
function plain(name: string): string {
  const stem = name
    .replace(/^(?:CUDAFunctor|launch)_?/, '')
    .replace(/^On(?:Self|Other)_/, '')
    .replace(
      /(?:_kernel_cuda|_cuda_kernel|_kernel_impl|CUDAKernelImpl|_kernel|_cuda_out|_functor|Functor|Ops?|_impl)$/,
      '',
    );
  const short = stem === '' ? name : stem;
  return /^[A-Z][a-z0-9]*$/.test(short) ? short.toLowerCase() : short;
}
