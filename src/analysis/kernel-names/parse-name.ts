import { clean } from '../../model/clean-text.ts';
import { unmangle } from './unmangle.ts';

/** The parts of a kernel's C++ name that say what it is. Return type and parameters are not among them. */
export interface KernelName {
  /** Namespaces and classes around it, outermost first, without anonymous ones. */
  readonly scopes: readonly string[];
  /** Such as `vectorized_elementwise_kernel`. */
  readonly base: string;
  /** Text of each template argument; empty where there are none. */
  readonly templateArguments: readonly string[];
}

interface Part {
  readonly name: string;
  readonly templateArguments: readonly string[];
}

/** Takes a kernel's name apart, demangled or as the linker knows it. Linear in time, whatever the text. */
export function parseKernelName(name: string): KernelName {
  const text = clean(name).trim();
  return unmangle(text) ?? parseFunction(text);
}

/** Takes the text of a function, class or template argument apart. */
export function parseFunction(text: string): KernelName {
  const parts = partsOf(text);
  const last = parts.at(-1) ?? { name: '', templateArguments: [] };
  return {
    scopes: parts.slice(0, -1).map((part) => part.name),
    base: last.name,
    templateArguments: last.templateArguments,
  };
}

/** The identifiers that `::` joins, up to the parameter list; of `A f(int)::B` that is `f`. */
function partsOf(text: string): Part[] {
  let parts: Part[] = [];
  let from = 0;
  let templateArguments: readonly string[] = [];
  const finish = (to: number): void => {
    const name = text.slice(from, to).trim();
    if (name !== '' && name !== '<unnamed>') parts.push({ name, templateArguments });
    templateArguments = [];
  };
  let nameEnd = -1;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '<' && !text.startsWith('<unnamed>', at)) {
      const close = closing(text, at);
      if (nameEnd < 0) nameEnd = at;
      templateArguments = splitList(text.slice(at + 1, close));
      at = close;
    } else if (letter === '<') {
      at += '<unnamed>'.length - 1;
    } else if (letter === '(' && text.startsWith('(anonymous namespace)', at)) {
      at += '(anonymous namespace)'.length - 1;
      from = at + 1;
    } else if (letter === '(' || letter === '[' || letter === '{') {
      if (at > from || nameEnd >= 0) {
        finish(nameEnd < 0 ? at : nameEnd);
        return parts;
      }
      at = closing(text, at);
      from = at + 1;
    } else if (letter === ':' && text[at + 1] === ':') {
      finish(nameEnd < 0 ? at : nameEnd);
      nameEnd = -1;
      at++;
      from = at + 1;
    } else if (letter === ' ' && (nameEnd >= 0 || at > from)) {
      // What stood before a space is a return type.
      parts = [];
      templateArguments = [];
      nameEnd = -1;
      from = at + 1;
    } else if (letter === ' ') {
      from = at + 1;
    }
  }
  finish(nameEnd < 0 ? text.length : nameEnd);
  return parts;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Where the bracket at `open` closes, or the end of the text. `<` and `>` within round brackets compare. */
function closing(text: string, open: number): number {
  const stack: string[] = [];
  for (let at = open; at < text.length; at++) {
    const letter = text[at] as string;
    const top = stack.at(-1);
    const closer = closers[letter];
    if (closer !== undefined) stack.push(closer);
    else if (letter === '<' && (top === undefined || top === '>')) stack.push('>');
    else if (letter === top) {
      stack.pop();
      if (stack.length === 0) return at;
    }
  }
  return text.length;
}

/** The elements of a list that commas separate outside of any bracket. */
function splitList(text: string): string[] {
  const elements: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '<' || closers[letter] !== undefined) at = closing(text, at);
    else if (letter === ',') {
      elements.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  elements.push(text.slice(from).trim());
  return elements;
}
