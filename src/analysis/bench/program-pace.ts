import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { type SampledSeries, seriesOf, type Timeline } from '../../model/timeline.ts';
import { programMark, type Step } from '../../model/training.ts';
import { type Nanoseconds, type Seconds, toSeconds } from '../../model/units.ts';
import { medianOf } from '../statistics.ts';
import { stepFigures } from '../steps.ts';
import { type RankSteps, rankSteps } from '../utilization/step-windows.ts';

/** How fast a program trained, by what its recording tells. */
export interface ProgramPace {
  /** From the program's start to its end. */
  readonly seconds: Measured<Seconds>;
  /** Of all ranks; where the output counts them, from its first number to its last. 0 where nothing told any. */
  readonly steps: number;
  /** Of the steps of a rank the first, which no rate counts. */
  readonly warmUpSteps: number;
  /** Of all ranks; null where they are not told. */
  readonly samples: number | null;
  /** All ranks together, as of the next. */
  readonly samplesPerSecond: Measured;
  readonly stepsPerSecond: Measured;
  readonly stepSeconds: Measured<Seconds>;
  readonly ranks: readonly RankPace[];
  /** When the training began: its first step, else the first number that was told of it, else the program. */
  readonly startNs: Nanoseconds;
}

export interface RankPace {
  /** Null where the program is not distributed. */
  readonly rank: number | null;
  readonly steps: number;
  readonly samplesPerSecond: Measured;
}

interface Stretch extends RankPace {
  readonly warmUpSteps: number;
  readonly stepsPerSecond: Measured;
  /** Those that rates count. */
  readonly counted: readonly Step[];
}

/** The first steps load libraries, choose algorithms and fill caches: a tenth of them, and no more than this. */
const mostWarmUpSteps = 10;
/** Of fewer steps each counts. */
const fewestToLeaveOut = 3;
/** Series that the output of a program may tell. */
const stepMetric = 'step';
const rateMetric = 'samplesPerSecond';

const noSamples = absent(
  "The program does not say how many samples a step has: an NVTX mark such as `samples=64` within each step does, or --metric 'samplesPerSecond:(\\S+) img/s' where it prints its rate.",
);
const noSteps = absent(
  "Nothing told steps: name NVTX ranges `step 1`, `step 2` and so on, or read them from the output with --metric 'step:step (\\d+)'.",
);
const noTime = absent('The steps took no measurable time.');

/** Measures the pace of a program: by its own steps, or else by the numbers that its output told. */
export function programPace(timeline: Timeline): ProgramPace {
  const mark = timeline.marks.find(({ name }) => name === programMark);
  const seconds =
    mark === undefined
      ? absent('The end of the program is not in the recording.')
      : known(toSeconds(mark.endNs - mark.startNs), 'run');
  const byRank = rankSteps(timeline);
  const pace = byRank.length > 0 ? paceOfSteps(byRank) : paceOfOutput(timeline);
  return { ...pace, seconds, startNs: firstSign(timeline) ?? mark?.startNs ?? timeline.extent?.startNs ?? 0 };
}

/** The first step, or else the first number of the training that was told; null where there is none. */
function firstSign({ steps, series }: Timeline): Nanoseconds | null {
  const told = series.filter(({ series: { device } }) => device === null).map(({ timesNs }) => timesNs[0]);
  const moments = steps.length > 0 ? steps.map(({ startNs }) => startNs) : told;
  let first: Nanoseconds | null = null;
  for (const moment of moments)
    if (moment !== undefined && (first === null || moment < first)) first = moment;
  return first;
}

type Pace = Omit<ProgramPace, 'seconds' | 'startNs'>;

function paceOfSteps(byRank: readonly RankSteps[]): Pace {
  const ranks = byRank.map(stretchOf);
  const counts = byRank.flatMap(({ steps }) => steps.map(({ samples }) => samples));
  return {
    steps: counts.length,
    warmUpSteps: Math.max(...ranks.map(({ warmUpSteps }) => warmUpSteps)),
    samples: sumOrNull(counts),
    samplesPerSecond: together(ranks.map(({ samplesPerSecond }) => samplesPerSecond)),
    stepsPerSecond: together(ranks.map(({ stepsPerSecond }) => stepsPerSecond)),
    stepSeconds: stepFigures(ranks.flatMap(({ counted }) => counted)).p50Seconds,
    ranks,
  };
}

/** From the end of the last step that warms up to that of the last; what lies between steps is counted. */
function stretchOf({ rank, steps }: RankSteps): Stretch {
  const warmUpSteps = warmUpOf(steps.length);
  const counted = steps.slice(warmUpSteps);
  const fromNs = steps[warmUpSteps - 1]?.endNs ?? steps[0]?.startNs ?? 0;
  const seconds = toSeconds(counted.reduce((last, { endNs }) => Math.max(last, endNs), fromNs) - fromNs);
  const rate = (count: number, from: string) => (seconds > 0 ? known(count / seconds, from) : noTime);
  const samples = sumOrNull(counted.map((step) => step.samples));
  return {
    rank,
    steps: steps.length,
    warmUpSteps,
    counted,
    stepsPerSecond: rate(counted.length, 'steps'),
    samplesPerSecond: samples === null ? noSamples : rate(samples, 'workload'),
  };
}

/** By the series `step`, numbers that ascend, and `samplesPerSecond`, what the program itself works out. */
function paceOfOutput(timeline: Timeline): Pace {
  const told = seriesOf(timeline, null, stepMetric);
  const rate = seriesOf(timeline, null, rateMetric);
  const { steps, stepsPerSecond } = told === null ? { steps: 0, stepsPerSecond: noSteps } : climbOf(told);
  return {
    steps,
    warmUpSteps: 0,
    samples: null,
    samplesPerSecond: rate === null ? noSamples : medianAfterWarmUp(rate),
    stepsPerSecond,
    stepSeconds: isKnown(stepsPerSecond)
      ? known(1 / stepsPerSecond.value, stepsPerSecond.from)
      : stepsPerSecond,
    ranks: [],
  };
}

/** How much a counter climbed, and how fast after its warm-up; one that begins again goes on. */
function climbOf({ series, timesNs, values }: SampledSeries): { steps: number; stepsPerSecond: Measured } {
  const climbFrom = (first: number) => {
    let sum = 0;
    for (let at = first + 1; at < values.length; at++)
      sum += Math.max(0, (values[at] as number) - (values[at - 1] as number));
    return sum;
  };
  const first = warmUpOf(values.length);
  const seconds = toSeconds((timesNs.at(-1) ?? 0) - (timesNs[first] ?? 0));
  const counted = climbFrom(first);
  return {
    steps: climbFrom(0),
    stepsPerSecond: seconds > 0 && counted > 0 ? known(counted / seconds, series.from) : noTime,
  };
}

function medianAfterWarmUp({ series, values }: SampledSeries): Measured {
  const counted = values.slice(warmUpOf(values.length)).filter(Number.isFinite);
  return counted.length > 0
    ? known(medianOf(counted), series.from)
    : absent(`No number that ${series.from} told for ${series.metric} is finite.`);
}

function warmUpOf(steps: number): number {
  return steps < fewestToLeaveOut ? 0 : Math.min(mostWarmUpSteps, Math.ceil(steps / 10));
}

/** The sum of rates, where each is known. */
function together(rates: readonly Measured[]): Measured {
  const values = rates.filter(isKnown);
  const [first] = values;
  if (first === undefined || values.length < rates.length)
    return rates.find((rate) => !isKnown(rate)) ?? noSteps;
  return known(
    values.reduce((sum, { value }) => sum + value, 0),
    first.from,
  );
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
