import { isKnown } from '../../model/measured.ts';
import { percent, quantity } from '../../model/numbers.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Diff } from './contract.ts';
import { countSteps } from './side.ts';
import { equalWork } from './verdict.ts';

/** A step that calls so much more or less does other work, or does it in another way. */
const otherSteps = 0.1;

/** What a reader of the figures should know, one sentence each. */
export function notesOf(diff: Omit<Diff, 'notes'>, before: Timeline, after: Timeline): string[] {
  return [
    ...stepNotes(diff, before, after),
    ...workNotes(diff),
    ...noiseNotes(diff),
    ...modelNotes(diff),
    ...deviceNotes(before, after),
    ...lossNotes('before', before),
    ...lossNotes('after', after),
  ];
}

function stepNotes(
  { per, samplesPerSecond, stepSeconds }: Omit<Diff, 'notes'>,
  before: Timeline,
  after: Timeline,
): string[] {
  const [left, right] = [countSteps(before), countSteps(after)];
  if (per === 'step') {
    const notes = [`Seconds are per step; ${left} steps before, ${right} after.`];
    if (isKnown(stepSeconds.noise) && stepSeconds.noise.from.startsWith('assumed')) {
      notes.push(`The noise of the step time is ${stepSeconds.noise.from}.`);
    }
    if (!isKnown(samplesPerSecond.change)) {
      notes.push(
        'The number of samples in a step is not known on both sides; steps are taken to be equally large.',
      );
    }
    return notes;
  }
  const which =
    left + right === 0 ? 'Neither run has' : left === 0 ? 'The first run has no' : 'The second run has no';
  return [`${which} steps, so seconds are those of the whole window, and a step time cannot be told.`];
}

/** One reason stands for all figures: they have their spread from the same parts. */
function noiseNotes({ figures }: Omit<Diff, 'notes'>): string[] {
  for (const { change, noise } of figures) {
    if (isKnown(change) && !isKnown(noise)) return [`Figures with ? have no known noise: ${noise.why}`];
  }
  return [];
}

function workNotes({ per, comparability, windowSeconds }: Omit<Diff, 'notes'>): string[] {
  const { work } = comparability;
  if (!isKnown(work) || Math.abs(work.value - 1) <= equalWork) return [];
  if (per === 'step' && Math.abs(work.value - 1) <= otherSteps) return [];
  if (per === 'step')
    return [
      `A step after calls ${quantity(work.value)} times the kernels of one before, weighted by their time.`,
    ];
  const same = windowSeconds.direction === 'same';
  return [
    same
      ? `In windows of equal length the second run does ${quantity(work.value)} times the work of the first: if all its calls belong to equal steps, a step takes ${quantity(1 / work.value)} times as long. A capture that was cut by the clock cannot tell; mark steps.`
      : `The second run does ${quantity(work.value)} times the work of the first; sums of a window are not to be compared, times of a call are.`,
  ];
}

function modelNotes({ models }: Omit<Diff, 'notes'>): string[] {
  const { before, after, differ, tensorFactor, plainFactor, memoryFactor } = models;
  if (!differ) {
    return before === '' || after === ''
      ? ['The GPU model is not told on both sides; it is taken to be the same, and no time is scaled.']
      : [];
  }
  if (!isKnown(tensorFactor) || !isKnown(plainFactor) || !isKnown(memoryFactor)) {
    return [`The GPU models differ: ${before} and ${after}. Times stand as measured.`];
  }
  return [
    `The GPU models differ: ${before} and ${after}. Changes of times are against what the first run would take on the second model: matrix kernels times ${quantity(tensorFactor.value)} by the peaks of tensor cores or ${quantity(plainFactor.value)} by those of FP32 where they used none, others times ${quantity(memoryFactor.value)} by memory bandwidth, communication and idle time as they are. The times themselves stand as measured.`,
  ];
}

function deviceNotes(before: Timeline, after: Timeline): string[] {
  const [left, right] = [before.devices.length, after.devices.length];
  if (left === right) return [];
  return [`${left} devices before, ${right} after: devices are compared by position, the rest are left out.`];
}

function lossNotes(side: string, { losses, damage }: Timeline): string[] {
  const lost = losses.dropped + losses.unfinished + losses.outOfRange;
  return [
    ...(lost > 0 ? [`${lost} records are missing ${side}; what they would show is not compared.`] : []),
    ...damage.slice(0, 1).map((sentence) => `The run ${side} is damaged: ${sentence}`),
  ];
}

/** Comparability as text. */
export function comparabilityText({ comparability }: Diff): string {
  const { ratio, matched, work } = comparability;
  const amount = isKnown(work) ? `, ${quantity(work.value)} times the calls` : '';
  return `${quantity(ratio)} (${percent(matched)} of kernel time has a counterpart${amount})`;
}
