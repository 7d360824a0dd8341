/** What a replica says of itself, by a name that a person understands. */
export type Facts = Readonly<Record<string, string>>;

/**
 * The first difference between replicas, as a sentence; null where all are alike. The same in every replica that asks.
 * @param said by rank; null of a replica that is gone
 */
export function differenceOf(said: readonly (Facts | null)[]): string | null {
  const reference = said.findIndex((facts) => facts !== null);
  const wanted = said[reference] ?? {};
  for (const [rank, facts] of said.entries()) {
    if (facts === null) continue;
    const names = new Set([...Object.keys(wanted), ...Object.keys(facts)]);
    const name = [...names].find((each) => facts[each] !== wanted[each]);
    if (name === undefined) continue;
    const own = facts[name] === undefined ? `no ${name}` : `${name} ${facts[name]}`;
    return `Replica ${rank} has ${own}, replica ${reference} has ${wanted[name] ?? 'none'}: start all of them alike.`;
  }
  return null;
}
