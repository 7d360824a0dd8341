import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { RoundFigures } from './round.ts';

export type Efficiency = (round: RoundFigures) => Measured;

/** Samples a second over those of as many replicas as one alone would make in the same round. */
export function efficiencyAmong(rounds: readonly RoundFigures[]): Efficiency {
  const alone = new Map<number, number>();
  for (const { run, outcome, samplesPerSecond } of rounds) {
    if (run.mode === 'single' && outcome === 'ended' && isKnown(samplesPerSecond)) {
      alone.set(run.round, samplesPerSecond.value);
    }
  }
  return ({ run, samplesPerSecond }) => {
    if (!isKnown(samplesPerSecond)) return samplesPerSecond;
    if (run.mode === 'single') return known(1, 'one replica alone, by definition');
    const one = alone.get(run.round);
    if (one === undefined || !(one > 0)) {
      return absent('No round of one replica alone to compare with; have 1 among --replicas.');
    }
    const most = run.replicas * one;
    return known(samplesPerSecond.value / most, `steps, over ${run.replicas} times one replica alone`);
  };
}
