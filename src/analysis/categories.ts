import { categoryPatterns } from './kernel-names/category-patterns.ts';
import { functorOf } from './kernel-names/functor.ts';
import { type KernelName, parseKernelName } from './kernel-names/parse-name.ts';
import { rememberByName } from './kernel-names/remember.ts';

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

/** Kernels that apply a function to every element, and those of them that pick elements by an index. */
const elementwise = /elementwise_kernel/;
const indexed = /^_?(?:index|scatter_gather)_/;
/** Functions that only move or set what they are given. */
const moves = /copy|^fill$|^arange$|^clone$/i;
/** Names that say nothing without the class they are given. */
export const hollow = /^(?:kernel\d?|device_kernel|run|main|entry)$/i;

/** The category of a kernel by its name, as TensorFlow.js, CUDA and HIP libraries give it. */
export const categoryOf: (name: string) => KernelCategory = rememberByName((name) =>
  decide(parseKernelName(name)),
);

/** What of a name says what the kernel does: scopes and base, and the class where the base is hollow. */
export function subjectOf({ scopes, base, templateArguments }: KernelName): string {
  const given = hollow.test(base) ? `::${templateArguments.join('::').slice(0, 400)}` : '';
  return [...scopes, base].join('::') + given;
}

function decide(kernel: KernelName): KernelCategory {
  if (elementwise.test(kernel.base)) {
    const functor = functorOf(kernel);
    return indexed.test(kernel.base) || moves.test(functor?.name ?? '') ? 'copy' : 'elementwise';
  }
  const subject = subjectOf(kernel);
  return categoryPatterns.find(([pattern]) => pattern.test(subject))?.[1] ?? 'other';
}
