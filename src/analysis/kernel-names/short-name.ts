import { hollow } from '../categories.ts';
import { elementType, functorOf, mainType } from './functor.ts';
import { type KernelName, parseFunction, parseKernelName } from './parse-name.ts';
import { rememberByName } from './remember.ts';

/** As many characters fit a column; longer ones end in `…`. */
export const longestShortName = 60;
const unnamed = '(unnamed)';

/** Kernels of PyTorch that are known by what they apply, with the word that stands before it. */
const applying: readonly (readonly [RegExp, string])[] = [
  [/^(?:\w+_)?elementwise_kernel/, 'elementwise'],
  [/^reduce_kernel/, 'reduce'],
  [/^multi_tensor_apply/, 'multi_tensor'],
];
/** Namespaces that name no library and no subject. */
const emptyScopes = /^(?:impl|detail|internal|kernel|kernels|native|device|_+)$/;

/** A kernel's name as a person can read it: no namespaces, parameters or sizes, at most 60 characters of plain text. */
export const shortKernelName: (name: string) => string = rememberByName((name) => {
  const kernel = parseKernelName(name);
  const short = tensile(kernel.base) ?? applied(kernel) ?? given(kernel) ?? withType(kernel);
  const text = short === '' ? unnamed : short;
  const letters = [...text];
  return letters.length <= longestShortName ? text : `${letters.slice(0, longestShortName - 1).join('')}…`;
});

/** `elementwise add<float>`, where the kernel says what it applies. */
function applied(kernel: KernelName): string | null {
  const word = applying.find(([pattern]) => pattern.test(kernel.base))?.[1];
  const functor = word === undefined ? null : functorOf(kernel);
  if (word === undefined || functor === null) return null;
  return `${word} ${functor.name}${functor.type === '' ? '' : `<${functor.type}>`}`;
}

/** `cutlass::Kernel<X>` is X; `gemvx::kernel<float>` keeps its scope. */
function given(kernel: KernelName): string | null {
  if (!hollow.test(kernel.base)) return null;
  // Of identifiers out of a mangled name the classes say more than the namespaces.
  const classes = kernel.templateArguments.map((argument) => parseFunction(argument).base);
  const telling = classes.find(
    (base) => /^[A-Z]|_\w*_/.test(base) && elementType(base) === '' && !/^__|^[A-Z]$/.test(base),
  );
  if (telling !== undefined && !telling.startsWith('cublas')) return telling;
  const scope = kernel.scopes.findLast((name) => !emptyScopes.test(name));
  return scope === undefined ? null : `${scope}::${withType(kernel)}`;
}

function withType({ base, templateArguments }: KernelName): string {
  const type = mainType(templateArguments);
  return type === '' ? base : `${base}<${type}>`;
}

/** Tensile's names list every parameter; the layout, the tile and the matrix instruction tell them apart. */
function tensile(base: string): string | null {
  if (!base.startsWith('Cijk_')) return null;
  const head = /^Cijk_[A-Z]\w{3}_[A-Z]\w{3}(?:_[A-Z0-9]{1,4}){0,2}/.exec(base)?.[0] ?? 'Cijk';
  const tile = /_(MT\d+x\d+x\d+)/.exec(base)?.[1];
  const instruction = /_(MI\d+x\d+x?\d*)/.exec(base)?.[1];
  return [head, tile, instruction].filter((part) => part !== undefined).join(' ');
}
