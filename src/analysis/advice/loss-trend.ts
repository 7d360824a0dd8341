import { metrics } from '../../model/series.ts';
import { seriesOf, type Timeline } from '../../model/timeline.ts';
import { type Trend, trendOf } from '../trend.ts';
import { type Advice, type Finding, percent } from './finding.ts';

const id = 'loss-trend';
/** The trend is that of the later half: a training that has just begun says nothing of how it goes now. */
const laterHalf = 0.5;
const perSteps = 1000;
/** Sinking by less than this in so many steps is slow. */
const slow = 0.01;
/** A loss that has come down by this much since its begin has learned; that it is flat now may well be its end. */
const learned = 0.3;
const beginShare = 0.02;
/** Labels are never spread quite evenly: so near to it is at it. */
const nearChance = 0.05;

export const lossTrend: Advice = {
  id,
  looksFor: 'a loss that is flat, rises, or sinks so slowly that it looks flat',
  check(timeline) {
    const loss = seriesOf(timeline, null, metrics.loss);
    const values = loss?.values ?? [];
    if (loss === null || values.length === 0) return null;
    const x = stepsOf(timeline, loss.timesNs);
    const from = Math.floor(values.length * laterHalf);
    const trend = trendOf(x.slice(from), values.slice(from));
    if (trend === null || !(trend.level > 0)) {
      return finding(
        'recheck',
        'Too few values of the loss to see a trend',
        `There are ${values.length}.`,
        '',
      );
    }
    const begin = meanOf(values.slice(0, Math.max(1, Math.floor(values.length * beginShare))));
    return judge(trend, begin, timeline.workload?.chanceLoss ?? null);
  },
};

function judge(trend: Trend, beginLevel: number, chanceLoss: number | null): Finding {
  const share = (change: number) => (-change * perSteps) / trend.level;
  const [sinks, least, most] = [share(trend.perStep), share(trend.high), share(trend.low)];
  const evidence = `Over its last ${trend.values} values (${Math.round(trend.steps)} steps) the loss changes by ${signed(-sinks)} in ${perSteps} steps; 95 % confidence from ${signed(-most)} to ${signed(-least)}.`;
  if (least > 0) return sinking(sinks, evidence);
  if (most < 0) {
    const remedy = 'Lower the learning rate, or look at what changed in the data when it began to rise.';
    return finding('warn', `The loss rises by ${percent(-sinks)} in ${perSteps} steps`, evidence, remedy);
  }
  if (most > slow) {
    return finding('recheck', 'The loss is too noisy to tell whether it sinks', evidence, '');
  }
  if (trend.level < (1 - learned) * beginLevel) {
    const title = 'The loss has come down and is level now';
    return finding(
      'ok',
      title,
      `${evidence} It began at ${short(beginLevel)} and is at ${short(trend.level)}.`,
      '',
    );
  }
  return finding(
    'warn',
    atChance(trend.level, chanceLoss)
      ? `The loss is flat at what chance gives (${short(chanceLoss ?? 0)}): nothing is learned`
      : 'The loss is flat: nothing is learned',
    `${evidence} It began at ${short(beginLevel)} and is at ${short(trend.level)}.`,
    'Let the model overfit a single batch first: if it cannot, look at the labels, the learning rate and whether gradients reach the first layer.',
  );
}

function atChance(level: number, chanceLoss: number | null): boolean {
  return chanceLoss !== null && Math.abs(level / chanceLoss - 1) < nearChance;
}

function sinking(sinks: number, evidence: string): Finding {
  if (sinks >= slow)
    return finding('ok', `The loss sinks by ${percent(sinks)} in ${perSteps} steps`, evidence, '');
  const steps = (Math.log(1 / 0.9) / sinks) * perSteps;
  return finding(
    'ok',
    `The loss sinks slowly: by ${(sinks * 100).toFixed(2)} % in ${perSteps} steps`,
    `${evidence} At this pace it takes ${Number(steps.toPrecision(2)).toLocaleString('en')} steps to sink by a tenth.`,
    '',
  );
}

/** The number of the step that each value belongs to, or its place where nothing reports steps. */
function stepsOf({ steps }: Timeline, timesNs: readonly number[]): number[] {
  if (steps.length < timesNs.length / 2) return timesNs.map((_, at) => at);
  let at = 0;
  return timesNs.map((timeNs) => {
    while (at < steps.length - 1 && (steps[at]?.endNs ?? 0) < timeNs) at++;
    return steps[at]?.number ?? at;
  });
}

function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(2)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function finding(severity: Finding['severity'], title: string, evidence: string, remedy: string): Finding {
  return { id, severity, title, evidence, remedy };
}
