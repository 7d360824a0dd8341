/** What xml2js makes of an element: its text, or its children by name; one that comes more than once is a list. */

/** The element below by its names, or undefined. Of a list the first is taken. */
export function below(element: unknown, ...names: readonly string[]): unknown {
  let found = element;
  for (const name of names) {
    const one = Array.isArray(found) ? found[0] : found;
    if (typeof one !== 'object' || one === null || !Object.hasOwn(one, name)) return undefined;
    found = Object.entries(one).find(([key]) => key === name)?.[1];
  }
  return found;
}

/** Text of the element below by its names, or undefined. */
export function textBelow(element: unknown, ...names: readonly string[]): string | undefined {
  const found = below(element, ...names);
  const one = Array.isArray(found) ? found[0] : found;
  if (typeof one === 'string') return one.trim();
  const text = below(one, '_');
  return typeof text === 'string' ? text.trim() : undefined;
}

/** All elements of one name. */
export function listBelow(element: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = below(element, ...names);
  if (Array.isArray(found)) return found;
  return found === undefined || found === '' ? [] : [found];
}

/** Children by name. */
export function childrenOf(element: unknown): readonly (readonly [string, unknown])[] {
  return typeof element === 'object' && element !== null ? Object.entries(element) : [];
}
