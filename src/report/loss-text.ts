import { percent, quantity } from '../model/numbers.ts';
import type { LossPartReport, TrainingReport } from './report.ts';

/** From where to where a loss went; a NaN stays visible. */
export function lossText({ first, last }: Omit<LossPartReport, 'name'>): string {
  const [begin, end] = [first, last].map((value) =>
    typeof value === 'number' ? quantity(value) : (value ?? '–'),
  );
  return `${begin} → ${end}`;
}

/** How well a detector finds things, in the last evaluation. */
export function precisionText({
  validationMeanAveragePrecision: mean,
  validationMeanAveragePrecision50: half,
}: TrainingReport): string {
  const share = (value: number | null) => (value === null ? '–' : percent(value));
  return `mean average precision ${share(mean)} in evaluation, ${share(half)} at an overlap of 0.5`;
}
