import { clean } from '../model/clean-text.ts';
import { percent } from '../model/numbers.ts';
import { lossText, precisionText } from './loss-text.ts';
import type { Report } from './report.ts';

/** What was learned: the course of the loss, and how well the last batch and the last evaluation went. */
export function learnedText(training: Report['training']): string[] {
  if (training.firstLoss === null) return [];
  const accuracy = training.accuracy === null ? '' : `, accuracy ${percent(training.accuracy)}`;
  const validation =
    training.validationAccuracy === null
      ? ''
      : `, validation accuracy ${percent(training.validationAccuracy)}`;
  const course = lossText({ first: training.firstLoss, last: training.lastLoss });
  const parts = training.lossParts.map((part) => `${clean(part.name)} ${lossText(part)}`).join(', ');
  return [
    `  loss ${course}${parts === '' ? '' : ` (${parts})`}${accuracy}${validation}`,
    ...(training.validationMeanAveragePrecision === null ? [] : [`  ${precisionText(training)}`]),
  ];
}
