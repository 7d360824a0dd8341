import { metrics } from '../model/series.ts';
import { seriesOf, type Timeline } from '../model/timeline.ts';
import { type Trend, trendOf } from './trend.ts';

/** Where a loss goes: `noisy` may be any of the others, `learned` is level after it came down, `flat` never did. */
export type LossWay = 'sinks' | 'rises' | 'noisy' | 'learned' | 'flat';

/** How the loss of a training goes of late. */
export interface LossCourse {
  readonly way: LossWay;
  /** Of the later half. */
  readonly trend: Trend;
  /** The share of its level by which it sinks in `perSteps` steps, and the ends of the interval. Negative where it rises. */
  readonly sinks: number;
  readonly least: number;
  readonly most: number;
  readonly beginLevel: number;
  /** Loss of a model that knows nothing; null where that is not known. */
  readonly chanceLoss: number | null;
  /** Flat, as far as the steps up to now tell: the interval is still wider than a slow descent. */
  readonly soFar: boolean;
}

/** The trend is that of the later half: a training that has just begun says nothing of how it goes now. */
const laterHalf = 0.5;
/** Changes are told over so many steps. */
export const perSteps = 1000;
/** Sinking by less than this in so many steps is slow. */
export const slow = 0.01;
/**
 * A loss that rises by less over all that is looked at is level; so is one whose least rise by the interval is not this
 * share of the likeliest one: a live view looks often, and at a level loss one look of forty finds that it rises.
 */
const leastRise = 0.02;
const surelyRises = 0.5;
/** A loss that has come down by this much since its begin has learned; that it is flat now may well be its end. */
const learned = 0.3;
const beginShare = 0.02;
/** Labels are never spread quite evenly: so near to what chance gives is at it. */
const nearChance = 0.05;
/** A first word on a loss that learns nothing needs so many values; before, a rate that warms up may explain it. */
const earlyValues = 100;

const known = new WeakMap<
  readonly number[],
  { count: number; chance: number | null; course: LossCourse | null }
>();

/** Several findings ask; the loss is looked at once for each of its lengths. Null where there are too few values. */
export function lossCourse(timeline: Timeline): LossCourse | null {
  const loss = seriesOf(timeline, null, metrics.loss);
  if (loss === null) return null;
  const { values } = loss;
  const chance = chanceOf(timeline);
  const before = known.get(values);
  if (before?.count === values.length && before.chance === chance) return before.course;
  const course = courseOf(timeline, values, loss.timesNs, chance);
  known.set(values, { count: values.length, chance, course });
  return course;
}

function courseOf(
  timeline: Timeline,
  values: readonly number[],
  timesNs: readonly number[],
  chanceLoss: number | null,
): LossCourse | null {
  const from = Math.floor(values.length * laterHalf);
  const trend = trendOf(stepsOf(timeline, timesNs, from), values.slice(from));
  // Sums over a loss that has been thrown to the end of the numbers are none.
  if (trend === null || !(trend.level > 0) || !Number.isFinite(trend.high - trend.low)) return null;
  const share = (change: number) => (-change * perSteps) / trend.level;
  const [sinks, least, most] = [share(trend.perStep), share(trend.high), share(trend.low)];
  const beginLevel = meanOf(values.slice(0, Math.max(1, Math.floor(values.length * beginShare))));
  const overAll = (inSteps: number) => (inSteps * trend.steps) / perSteps;
  // As wide as the interval is: where it sank the most that is likely, it is still no better than chance at its end.
  const early =
    values.length >= earlyValues && knowsNothing(trend.level * (1 - overAll(most) / 2), chanceLoss);
  const way = ((): LossWay => {
    if (least > 0) return 'sinks';
    if (most < surelyRises * sinks && overAll(-sinks) > leastRise) return 'rises';
    if (most > slow) return early ? 'flat' : 'noisy';
    return trend.level < (1 - learned) * beginLevel ? 'learned' : 'flat';
  })();
  return { way, trend, sinks, least, most, beginLevel, chanceLoss, soFar: way === 'flat' && most > slow };
}

/** Whether a loss is no better than that of a model that knows nothing; false where that is not known. */
export function knowsNothing(level: number, chanceLoss: number | null): boolean {
  return chanceLoss !== null && level > (1 - nearChance) * chanceLoss;
}

/** Whether a loss is what chance gives: neither better nor worse. */
export function atChance(level: number, chanceLoss: number | null): boolean {
  return knowsNothing(level, chanceLoss) && level < (1 + nearChance) * (chanceLoss ?? 0);
}

/** The loss of a model that knows nothing, or null where that is not known. */
export function chanceOf({ workload }: Timeline): number | null {
  const chance = workload?.chanceLoss;
  return chance !== undefined && Number.isFinite(chance) && chance > 0 ? chance : null;
}

/** The number of the step that each value from one on belongs to, or its place where nothing reports steps. */
function stepsOf({ steps }: Timeline, timesNs: readonly number[], from: number): number[] {
  const numbers: number[] = [];
  const byPlace = steps.length < timesNs.length / 2;
  let at = 0;
  for (let i = from; i < timesNs.length; i++) {
    const timeNs = timesNs[i] as number;
    while (at < steps.length - 1 && (steps[at]?.endNs ?? 0) < timeNs) at++;
    numbers.push(byPlace ? i : (steps[at]?.number ?? i));
  }
  return numbers;
}

function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
}
