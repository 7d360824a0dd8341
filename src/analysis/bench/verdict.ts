import type { Measured } from '../../model/measured.ts';
import { quantity } from '../../model/numbers.ts';
import { modeNames } from '../../model/parallel.ts';
import { percent } from '../advice/finding.ts';
import { type Compared, comparePair } from './compare.ts';
import { accuracyAt, type EqualPoints } from './equal-points.ts';
import { repeatedRuns } from './repeats.ts';
import type { BenchRun, BenchSettings, Verdict } from './result.ts';
import type { RoundFigures } from './round.ts';

/**
 * Every pair of modes with the same number of replicas, round by round. The sentence is on the most replicas: what each mode
 * does against the first, `sync` where it is there.
 */
export function verdictOf(
  runs: readonly BenchRun[],
  rounds: readonly RoundFigures[],
  equal: EqualPoints | null,
  settings: BenchSettings,
): Verdict {
  const repeated = repeatedRuns(rounds);
  const several = runs.filter(({ replicas }) => replicas > 1).sort(byMode);
  const pairs = several.flatMap((b, at) =>
    several
      .slice(at + 1)
      .filter(({ replicas }) => replicas === b.replicas)
      .map((a) => {
        const once = repeated.has(a.label) || repeated.has(b.label);
        const compared = (run: BenchRun) => comparedOf(run, nameOf(run, several), rounds, equal, once);
        const verdict = comparePair(compared(a), compared(b), b.replicas, where(b.replicas, settings));
        return { ...verdict, b, replicas: b.replicas };
      }),
  );
  const most = Math.max(...pairs.map(({ replicas }) => replicas));
  const first = pairs.find(({ replicas }) => replicas === most);
  const sentences = pairs
    .filter(({ replicas, b }) => replicas === most && b === first?.b)
    .map(({ sentence }) => sentence);
  return {
    sentence: sentences.length > 0 ? sentences.join(' ') : scalingSentence(runs),
    comparisons: pairs.flatMap(({ comparisons }) => comparisons),
  };
}

function byMode(a: BenchRun, b: BenchRun): number {
  const place = ({ mode }: BenchRun) => (mode === 'command' ? modeNames.length : modeNames.indexOf(mode));
  return place(a) - place(b);
}

/** The mode alone where it says which run is meant. */
function nameOf(run: BenchRun, among: readonly BenchRun[]): string {
  const same = among.filter(({ mode, replicas }) => mode === run.mode && replicas === run.replicas);
  return same.length === 1 ? run.mode : run.label;
}

function where(replicas: number, { stragglers }: BenchSettings): string {
  const slowed = stragglers.map(
    ({ replica, factor }) => `replica ${replica} is slowed to ${factor} times its computing time`,
  );
  return slowed.length === 0
    ? `With ${replicas} replicas`
    : `With ${replicas} replicas, of which ${slowed.join(' and ')} on purpose,`;
}

/** @param once what was learned is compared in one round alone */
function comparedOf(
  run: BenchRun,
  name: string,
  rounds: readonly RoundFigures[],
  equal: EqualPoints | null,
  once: boolean,
): Compared {
  const own = rounds.filter(({ run: { label }, outcome }) => label === run.label && outcome === 'ended');
  const last = Math.max(0, ...rounds.map(({ run: { round } }) => round));
  const byRound = (figure: (round: RoundFigures) => Measured) =>
    Array.from({ length: last }, (_, at) => {
      const found = own.find(({ run: { round } }) => round === at + 1);
      return found === undefined ? null : figure(found).value;
    });
  const learned = (by: keyof EqualPoints) =>
    byRound((round) => accuracyAt(round, by, equal)).slice(0, once ? 1 : last);
  return {
    label: run.label,
    name,
    samplesPerSecond: byRound(({ samplesPerSecond }) => samplesPerSecond),
    accuracyAtEqualSeconds: learned('seconds'),
    accuracyAtEqualSamples: learned('samples'),
  };
}

/** Where no two modes can be compared: what more replicas bring. */
function scalingSentence(runs: readonly BenchRun[]): string {
  const scaled = runs.filter(({ replicas, efficiency }) => replicas > 1 && efficiency.value !== null);
  const [widest] = [...scaled].sort((a, b) => b.replicas - a.replicas);
  if (widest === undefined || widest.efficiency.value === null) {
    return 'There is nothing to compare: it takes two modes, or one replica alone beside several.';
  }
  const { replicas, efficiency } = widest;
  return `With ${replicas} replicas ${widest.mode} trains ${quantity(efficiency.value * replicas)} times as many samples a second as one replica alone, an efficiency of ${percent(efficiency.value)}.`;
}
