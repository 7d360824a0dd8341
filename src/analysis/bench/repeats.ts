import type { RoundFigures } from './round.ts';

/**
 * Labels of runs of several replicas whose rounds all came to the same parameters, as lockstep does from the same seed. Their times differ, but for what
 * is learned they are one round: a spread over them would be none.
 */
export function repeatedRuns(rounds: readonly RoundFigures[]): ReadonlySet<string> {
  const checksums = new Map<string, (number | null)[]>();
  for (const { run, outcome, parameterChecksums } of rounds) {
    if (outcome !== 'ended' || run.replicas < 2) continue;
    const own = checksums.get(run.label) ?? [];
    checksums.set(run.label, [...own, parameterChecksums[0] ?? null]);
  }
  const repeated = [...checksums].filter(
    ([, [first, ...others]]) =>
      first !== null && others.length > 0 && others.every((checksum) => checksum === first),
  );
  return new Set(repeated.map(([label]) => label));
}
