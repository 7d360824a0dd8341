import { metrics } from '../../model/series.ts';
import { seriesOf } from '../../model/timeline.ts';
import type { Advice, Finding } from './finding.ts';
import { standsOut } from './health/stands-out.ts';

const id = 'first-loss';
/** The mean of so many: one batch may be an easy one. */
const firstValues = 3;
/** A fresh model is hardly better than chance, and not much worse unless its outputs are far too large. */
const [least, most] = [0.5, 1.5];

export const firstLoss: Advice = {
  id,
  looksFor:
    'a first loss far from what chance gives: outputs that begin too large, or labels that leak into the input',
  check(timeline) {
    const chance = timeline.workload?.chanceLoss;
    const values =
      seriesOf(timeline, null, metrics.loss)?.values.slice(0, firstValues).filter(Number.isFinite) ?? [];
    if (chance === undefined || !(chance > 0) || values.length === 0) return null;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // The first alone may be of an odd batch, and those after it of a rate that is too high: the one nearer to chance counts.
    const [first] = [values[0] ?? mean, mean].sort((a, b) => farFrom(a, chance) - farFrom(b, chance)) as [
      number,
    ];
    const evidence = `The first loss is ${short(values[0] ?? mean)}, the mean of the first ${values.length} is ${short(mean)}; a model that knows nothing has ${short(chance)}.`;
    if (first > most * chance) {
      return finding(
        'warn',
        `The first loss is ${short(first / chance)} times what chance gives`,
        `${evidence}${standsOut(timeline)}`,
        'Make the outputs of the last layer smaller at the begin: its initialisation, the scale of the input, a missing normalisation.',
      );
    }
    if (first < least * chance) {
      return finding(
        'warn',
        `The first loss is ${short(first / chance)} of what chance gives: the model knows before it learns`,
        evidence,
        'Look for labels that reach the input, for a loss that is scaled or averaged twice, and for weights that were trained before.',
      );
    }
    return finding('ok', 'The first loss is near what chance gives', evidence, '');
  },
};

function farFrom(loss: number, chance: number): number {
  return loss > 0 ? Math.abs(Math.log(loss / chance)) : Number.POSITIVE_INFINITY;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function finding(severity: Finding['severity'], title: string, evidence: string, remedy: string): Finding {
  return { id, severity, title, evidence, remedy };
}
