import { isKnown } from '../../model/measured.ts';
import { percent, quantity, shortTime } from '../../model/numbers.ts';
import { relativeChange } from './change.ts';
import type { Change, Diff, Verdict } from './contract.ts';

/**
 * Runs that have less than half of their work in common say nothing of each other. One network on GPUs of two makers,
 * where no matrix kernel keeps its name, has 0.77 in common; two trainings on one GPU that were never meant to be
 * compared 0.1 to 0.45.
 */
export const comparableFrom = 0.5;
/** Amounts of work that differ by less are the same amount. */
export const equalWork = 0.02;

type Facts = Omit<
  Diff,
  'schema' | 'before' | 'after' | 'verdict' | 'figures' | 'categories' | 'kernels' | 'gone' | 'new' | 'notes'
> & {
  /** Whether steps of both runs have the same number of samples, or nobody tells. */
  readonly sameSamples: boolean;
  /** Kernels that either run has recorded: a run may have steps alone. */
  readonly kernels: number;
};

/** What two runs come to, by the rules that the notes of the verb state. */
export function judge(facts: Facts): Diff['verdict'] {
  const { comparability, models } = facts;
  const decided = decide(facts);
  const refuse = (sentence: string) => ({ verdict: 'not comparable' as const, subject: null, sentence });
  if (decided === null)
    return refuse('one of the runs has neither steps nor device activity, so there is nothing to compare.');
  if (facts.kernels > 0 && comparability.mix < comparableFrom) {
    return refuse(
      `only ${percent(comparability.mix)} of the work is the same in both runs; below ${percent(comparableFrom)} their times say nothing of each other.`,
    );
  }
  if (models.differ && !isKnown(models.memoryFactor)) {
    return refuse(`the GPU models differ (${models.before}; ${models.after}). ${models.memoryFactor.why}`);
  }
  const { subject, change } = decided;
  if (!isKnown(change.change)) return refuse(change.change.why);
  const verdict: Verdict =
    change.direction === 'better' || change.direction === 'worse' ? change.direction : 'neutral';
  return { verdict, subject, sentence: sentenceOf(subject, change, facts) };
}

type Subject = NonNullable<Diff['verdict']['subject']>;

function decide(facts: Facts): { subject: Subject; change: Change } | null {
  const { stepSeconds, samplesPerSecond, windowSeconds, workSeconds, comparability, sameSamples } = facts;
  if (facts.per === 'step') {
    return !sameSamples && isKnown(samplesPerSecond.change)
      ? { subject: 'samplesPerSecond', change: samplesPerSecond }
      : { subject: 'stepSeconds', change: stepSeconds };
  }
  const { work } = comparability;
  const equal = isKnown(work) && Math.abs(work.value - 1) <= equalWork;
  if (equal && !facts.models.differ) return { subject: 'windowSeconds', change: windowSeconds };
  if (isKnown(workSeconds.before)) return { subject: 'workSeconds', change: workSeconds };
  return isKnown(windowSeconds.change) ? { subject: 'workSeconds', change: workSeconds } : null;
}

/** Times of the headline in two decimals: 598.52 against 598.46 ms says more than 599 against 598. */
export function preciseTime(seconds: number): string {
  const size = Math.abs(seconds);
  return size >= 1e-3 && size < 10 ? `${(seconds * 1e3).toFixed(2)} ms` : shortTime(seconds);
}

function sentenceOf(subject: Subject, change: Change, { models, windowSeconds }: Facts): string {
  const format = subject === 'samplesPerSecond' ? quantity : preciseTime;
  const raw =
    models.differ && isKnown(change.before)
      ? ` (${format(change.before.value)} on ${models.before}, scaled by peaks)`
      : '';
  const numbers = `${changeText(change, format)}${raw}`;
  if (subject === 'samplesPerSecond') return `samples/s ${numbers}.`;
  if (subject === 'stepSeconds') return `step time ${numbers}.`;
  if (subject === 'windowSeconds')
    return `no steps are marked; the same work, from first to last activity, ${numbers}.`;
  const windows = isKnown(windowSeconds.change)
    ? `; the windows, which stand in for a step time, ${changeText(windowSeconds, preciseTime)}`
    : '';
  return `no steps are marked; device time of the same calls ${numbers}${windows}.`;
}

/** `177 ms → 141 ms (-20.6%, noise ±2.1%)`. */
export function changeText(change: Change, format: (value: number) => string): string {
  const { before, after, noise, expected } = change;
  const from = expected ?? before;
  if (!isKnown(from) || !isKnown(after)) return 'unknown';
  const relative = relativeChange(change);
  const floor =
    isKnown(noise) && from.value !== 0
      ? `noise ±${percent(noise.value / Math.abs(from.value))}`
      : 'noise unknown';
  const share = relative === null ? '' : `${signedPercent(relative)}, `;
  return `${format(from.value)} → ${format(after.value)} (${share}${floor})`;
}

/** A relative change with its sign: `+2.3%`, `-0.01%`. */
export function signedPercent(ratio: number): string {
  const digits = Math.abs(ratio) < 0.0995 ? 2 : 1;
  const text = (ratio * 100).toFixed(digits);
  return `${ratio >= 0 ? '+' : ''}${text}%`;
}
