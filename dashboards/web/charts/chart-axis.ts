import { clockTime, count } from '../../../src/model/numbers.ts';
import { axisTicks, tickText } from '../timeline/layout.ts';

/** What the lines of a chart run over. */
export interface ChartAxis {
  /** Head of its column in the data, with the unit. */
  readonly name: string;
  /** Behind the title, for those who do not see the chart. */
  readonly words: string;
  /** In powers of two. */
  readonly isLog: boolean;
  ticks(min: number, max: number, widthPx: number): number[];
  /** Of a tick among all ticks. */
  text(value: number, ticks: readonly number[]): string;
}

/** Seconds. */
export const overTime: ChartAxis = {
  name: 'seconds',
  words: 'over time',
  isLog: false,
  ticks: (min, max, widthPx) => axisTicks(min * 1e9, max * 1e9, widthPx).ticks.map((at) => at / 1e9),
  text(value, ticks) {
    const most = ticks.at(-1) ?? value;
    const [first = 0, second] = ticks;
    const apart = second === undefined ? most : second - first;
    return tickText(value * 1e9, Math.max(1, apart * 1e9), most * 1e9);
  },
};

/** Samples of all replicas. */
export const overSamples: ChartAxis = {
  name: 'samples',
  words: 'over samples',
  isLog: false,
  ticks: (min, max, widthPx) => axisTicks(min, max, widthPx).ticks,
  text: count,
};

const distances = [10, 15, 30, 60, 300, 600, 900] as const;
const pxOfMoment = 75;

/** Seconds before now, negative. */
export const beforeNow: ChartAxis = {
  name: 'seconds before now',
  words: 'over the time before now',
  isLog: false,
  ticks(min, max, widthPx) {
    const apart = distances.find((each) => ((max - min) / each) * pxOfMoment <= widthPx) ?? 900;
    const ticks: number[] = [];
    for (let at = 0; at >= min; at -= apart) ticks.unshift(at);
    return ticks;
  },
  text(value) {
    if (value === 0) return 'now';
    if (value % 60 === 0) return `−${-value / 60} min`;
    return value > -60 ? `−${-value} s` : `−${clockTime(-value)}`;
  },
};

/** Steps of a training. */
export const overSteps: ChartAxis = {
  name: 'step',
  words: 'over steps',
  isLog: false,
  ticks: (min, max, widthPx) => axisTicks(min, max, widthPx).ticks,
  text: count,
};

const pxOfReplicas = 44;

/** Numbers of replicas: doubling them is one step, since a thousand and two are told on one axis. */
export const byReplicas: ChartAxis = {
  name: 'replicas',
  words: 'by replicas',
  isLog: true,
  ticks(min, max, widthPx) {
    const all: number[] = [];
    for (let at = 1; at <= max; at *= 2) if (at >= min) all.push(at);
    const every = Math.max(1, Math.ceil((all.length * pxOfReplicas) / widthPx));
    return all.filter((_, index) => index % every === 0);
  },
  text: count,
};
