import { isKnown } from '../../model/measured.ts';
import { stepFigures, stepsOfLowestRank } from '../steps.ts';
import { type Advice, type Finding, percent } from './finding.ts';

const id = 'uneven-steps';
const enoughSteps = 60;
/** The slowest twentieth takes this much longer than the middle before it is called uneven. */
const uneven = 1.3;

export const unevenSteps: Advice = {
  id,
  looksFor: 'steps of very different length: evaluation, input or a neighbour on the machine gets in between',
  check(timeline) {
    // Ranks differ by their own pace; the steps of one are compared.
    const steps = stepsOfLowestRank(timeline);
    // The first steps build caches; they would make any short run look uneven.
    const { p50Seconds, p95Seconds } = stepFigures(steps.slice(3));
    if (steps.length < enoughSteps || !isKnown(p50Seconds) || !isKnown(p95Seconds)) {
      return finding('recheck', 'Too few steps to judge their evenness', '', '');
    }
    const ratio = p95Seconds.value / p50Seconds.value;
    const evidence = `The middle step takes ${seconds(p50Seconds.value)}, one in twenty takes ${seconds(p95Seconds.value)} or more, ${percent(ratio - 1)} longer.`;
    if (ratio < uneven) return finding('ok', 'Steps are even', evidence, '');
    return finding(
      'warn',
      'Steps are uneven',
      evidence,
      'Look for what runs beside the training, and for input that is not ready in time.',
    );
  },
};

function seconds(value: number): string {
  return value < 1 ? `${(value * 1e3).toFixed(1)} ms` : `${value.toFixed(2)} s`;
}

function finding(severity: Finding['severity'], title: string, evidence: string, remedy: string): Finding {
  return { id, severity, title, evidence, remedy };
}
