import type { KernelName } from './parse-name.ts';

/** Identifiers beyond this many add nothing that a category or a short name could use. */
const mostIdentifiers = 24;

/**
 * Reads the identifiers of an Itanium-mangled name: the nested name, and as template arguments the identifiers that
 * follow it. Types, numbers and substitutions are passed over; whoever needs them has `c++filt`.
 * @returns null where the text is no mangled name
 */
export function unmangle(text: string): KernelName | null {
  const begin = /^_{1,2}Z(?:L)?(N?)(?:[rVK]*)/.exec(text);
  if (begin === null) return null;
  const nested = begin[1] === 'N';
  const name: string[] = [];
  let at = begin[0].length;
  for (let next = identifierAt(text, at); next !== null; next = identifierAt(text, at)) {
    at = next.end;
    if (!next.text.startsWith('_GLOBAL__N_')) name.push(next.text);
    if (!nested || name.length > mostIdentifiers) break;
  }
  const base = name.pop();
  if (base === undefined) return null;
  return { scopes: name, base, templateArguments: text[at] === 'I' ? argumentsFrom(text, at + 1) : [] };
}

function argumentsFrom(text: string, from: number): string[] {
  const found: string[] = [];
  for (let at = from; at < text.length && found.length < mostIdentifiers; ) {
    // A number after L and a letter is a literal such as `Li128E`, not the length of an identifier.
    const literal = /^L[a-z]n?\d+E/.exec(text.slice(at, at + 24));
    const next = literal === null ? identifierAt(text, at) : null;
    if (next !== null && !next.text.startsWith('_GLOBAL__N_')) found.push(next.text);
    at = next?.end ?? at + (literal?.[0].length ?? 1);
  }
  return found;
}

/** The identifier whose length stands at `at`: `6Kernel`. */
function identifierAt(text: string, at: number): { text: string; end: number } | null {
  const length = /^\d{1,4}/.exec(text.slice(at, at + 4))?.[0];
  if (length === undefined) return null;
  const from = at + length.length;
  const end = from + Number(length);
  const identifier = text.slice(from, end);
  return end <= text.length && /^[A-Za-z_]\w*$/.test(identifier) ? { text: identifier, end } : null;
}
