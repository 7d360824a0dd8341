import { count, percent, quantity } from '../model/numbers.ts';
import type { Report } from './report.ts';

type Health = NonNullable<Report['training']['health']>;

/** What a training says of its health, in up to four lines; none where it says nothing. */
export function healthText({ health }: Report['training']): string[] {
  if (health === null) return [];
  return [gradientLine(health), noiseLine(health), modesLine(health), inputLine(health)]
    .filter((line) => line !== '')
    .map((line) => `  ${line}`);
}

function gradientLine({ firstGradientNorm, lastGradientNorm, updateRatio }: Health): string {
  return [
    lastGradientNorm === null ? '' : `gradient norm ${norm(firstGradientNorm)} → ${norm(lastGradientNorm)}`,
    updateRatio === null ? '' : `an update changes the weights by ${percent(updateRatio)} of their size`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function noiseLine({ gradientNoise, noiseBatchSize }: Health): string {
  if (gradientNoise === null) return '';
  const batch = noiseBatchSize === null ? '' : `; equal at a batch of ${quantity(noiseBatchSize)}`;
  return `gradient noise ${quantity(gradientNoise)} times the signal${batch}`;
}

function norm(value: number | string | null): string {
  return typeof value === 'number' ? quantity(value) : (value ?? '–');
}

function modesLine({
  trainModeAccuracy,
  inferenceModeAccuracy,
  trainModeLoss,
  inferenceModeLoss,
}: Health): string {
  const parts = [
    pair('accuracy', trainModeAccuracy, inferenceModeAccuracy, percent),
    pair('loss', trainModeLoss, inferenceModeLoss, quantity),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `the same batches in training and in inference mode: ${parts.join(', ')}`;
}

function pair(name: string, a: number | null, b: number | null, format: (value: number) => string): string {
  return a === null || b === null ? '' : `${name} ${format(a)} and ${format(b)}`;
}

function inputLine({ inputWaitShare, queueDepth, queueCapacity, queueEmptyShare }: Health): string {
  const of = queueCapacity === null ? '' : ` of ${count(queueCapacity)}`;
  return [
    inputWaitShare === null ? '' : `input wait ${percent(inputWaitShare)} of a step`,
    queueDepth === null ? '' : `queue ${queueDepth.toFixed(1)}${of} batches on average`,
    queueEmptyShare === null ? '' : `empty at ${percent(queueEmptyShare)} of the fetches`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
