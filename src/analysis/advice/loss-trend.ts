import { metrics } from '../../model/series.ts';
import { seriesOf } from '../../model/timeline.ts';
import { atChance, type LossCourse, lossCourse, perSteps, slow } from '../loss-course.ts';
import { type Advice, type Finding, percent } from './finding.ts';

const id = 'loss-trend';
/** A stretch this short is told by the hundred steps: what it does not reach nobody should read as a forecast. */
const shortSteps = 200;
const perShort = 100;

export const lossTrend: Advice = {
  id,
  looksFor: 'a loss that is flat, rises, or sinks so slowly that it looks flat',
  check(timeline) {
    const values = seriesOf(timeline, null, metrics.loss)?.values ?? [];
    if (values.length === 0) return null;
    const course = lossCourse(timeline);
    return course === null
      ? finding('recheck', 'Too few values of the loss to see a trend', `There are ${values.length}.`, '')
      : told(course);
  },
};

function told(course: LossCourse): Finding {
  const { way, trend, beginLevel } = course;
  const per = trend.steps < shortSteps ? perShort : perSteps;
  const within = (share: number) => (share * per) / perSteps;
  const [sinks, least, most] = [within(course.sinks), within(course.least), within(course.most)];
  const evidence = `Over its last ${trend.values} values (${Math.round(trend.steps)} steps) the loss changes by ${signed(-sinks)} in ${per} steps; 95 % confidence from ${signed(-most)} to ${signed(-least)}.`;
  const levels = `It began at ${short(beginLevel)} and is at ${short(trend.level)}.`;
  switch (way) {
    case 'sinks':
      return sinking(course.sinks, per, evidence);
    case 'rises': {
      const remedy = 'Lower the learning rate, or look at what changed in the data when it began to rise.';
      return finding('warn', `The loss rises by ${percent(-sinks)} in ${per} steps`, evidence, remedy);
    }
    case 'noisy':
      return finding('recheck', 'The loss is too noisy to tell whether it sinks', evidence, '');
    case 'learned':
      return finding('ok', 'The loss has come down and is level now', `${evidence} ${levels}`, '');
    case 'flat':
      return finding(
        'warn',
        flatTitle(course),
        `${evidence} ${levels}`,
        'Let the model overfit a single batch first: if it cannot, look at the labels, the learning rate and whether gradients reach the first layer.',
      );
  }
}

function flatTitle({ trend, chanceLoss, soFar }: LossCourse): string {
  const nothing = soFar ? 'nothing is learned so far' : 'nothing is learned';
  if (chanceLoss === null) return `The loss is flat: ${nothing}`;
  if (atChance(trend.level, chanceLoss)) {
    return `The loss is flat at what chance gives (${short(chanceLoss)}): ${nothing}`;
  }
  return trend.level > chanceLoss
    ? `The loss is flat above what chance gives (${short(chanceLoss)}): ${nothing}`
    : `The loss is flat: ${nothing}`;
}

/** @param sinks in `perSteps` steps */
function sinking(sinks: number, per: number, evidence: string): Finding {
  if (sinks >= slow) {
    const share = (sinks * per) / perSteps;
    // A straight line does not go on below 0.
    const title = share > 1 ? 'The loss sinks fast' : `The loss sinks by ${percent(share)} in ${per} steps`;
    return finding('ok', title, evidence, '');
  }
  const steps = (Math.log(1 / 0.9) / sinks) * perSteps;
  return finding(
    'ok',
    `The loss sinks slowly: by ${(sinks * 100).toFixed(2)} % in ${perSteps} steps`,
    `${evidence} At this pace it takes ${Number(steps.toPrecision(2)).toLocaleString('en')} steps to sink by a tenth.`,
    '',
  );
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
