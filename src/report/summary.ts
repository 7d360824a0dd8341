import { clean } from '../model/clean-text.ts';
import { isKnown } from '../model/measured.ts';
import { byteSize, measuredText, percent, plural, quantity, shortTime, withUnit } from '../model/numbers.ts';
import { lossText, precisionText } from './loss-text.ts';
import type { DeviceReport, PhaseReport, Report } from './report.ts';
import { faultText } from './text-fault.ts';
import { kernelCount } from './text-phases.ts';

/** What a run comes to, in six lines, for the terminal at its end. */
export function summaryLines(report: Report): string[] {
  return [
    whatRan(report),
    learned(report),
    speed(report),
    deviceLine(report.devices.find((device) => device.kernels > 0) ?? report.devices[0]),
    kernelLine(report),
    adviceLine(report),
  ];
}

function whatRan({ run, training, steps, window }: Report): string {
  const { workload } = training;
  if (workload === null)
    return `${clean(run.title)}: ${plural(steps.count, 'step')} in ${shortTime(window?.seconds ?? 0)}`;
  const data = workload.synthetic ? `${clean(workload.data)} (synthetic data)` : clean(workload.data);
  const verb = training.firstLoss === null ? 'ran' : 'trained';
  return `${verb.padEnd(10)}${clean(workload.name)} on ${clean(workload.backend)}: ${plural(steps.count, 'step')} of ${workload.batchSize} in ${shortTime(window?.seconds ?? 0)}; ${data}${faultText(workload)}`;
}

function learned({ training, phases }: Report): string {
  if (training.firstLoss === null) return withoutLoss(phases);
  const share = (value: number | null) => (value === null ? '–' : percent(value));
  const loss = lossText({ first: training.firstLoss, last: training.lastLoss });
  const { validationMeanAveragePrecision, validationAccuracy } = training;
  const evaluated =
    validationAccuracy === null ? 'not evaluated' : `${percent(validationAccuracy)} in evaluation`;
  return validationMeanAveragePrecision === null
    ? `learned   loss ${loss}, accuracy ${share(training.accuracy)} on the last batch, ${evaluated}`
    : `learned   loss ${loss}; ${precisionText(training)}`;
}

/** What ran by turns, side by side; a run that told no loss has no accuracy either. */
function withoutLoss(phases: readonly PhaseReport[]): string {
  const sides = phases.filter(({ samplesPerSecond }) => isKnown(samplesPerSecond));
  if (sides.length === 0) return 'learned   nothing: no loss was reported';
  const told = sides.map(
    ({ phase, kernelsPerStep, kernelSecondsPerStep, bytesPerStep, samplesPerSecond }) => {
      const figures = [
        `${measuredText(kernelsPerStep, kernelCount)} kernels`,
        measuredText(kernelSecondsPerStep, shortTime),
        measuredText(bytesPerStep, byteSize),
        `${measuredText(samplesPerSecond, quantity)} samples/s`,
      ];
      return `${clean(phase)} ${figures.join(', ')}`;
    },
  );
  return `phases    ${told.join('; ')}`;
}

function speed({ steps }: Report): string {
  const time = (seconds: number | null) => (seconds === null ? '–' : shortTime(seconds));
  const rate = steps.samplesPerSecond === null ? '–' : quantity(steps.samplesPerSecond);
  return `speed     ${rate} samples/s; step ${time(steps.p50Seconds)} in the middle, ${time(steps.p95Seconds)} at the slow end (p95)`;
}

function deviceLine(device: DeviceReport | undefined): string {
  if (device === undefined) return 'device    none is recorded';
  const peak = isKnown(device.peakFlops) ? ` (${withUnit(device.peakFlops.value, 'FLOP/s')})` : '';
  const figures = [
    `util ${measuredText(device.util, percent)}`,
    `kernelBusy ${measuredText(device.kernelBusy, percent)}`,
    `${measuredText(device.peakShare, percent)} of peak arithmetic${peak}`,
    `mfu ${measuredText(device.mfu, percent)}`,
  ];
  return `${clean(device.id).padEnd(10)}${figures.join(', ')}`;
}

function kernelLine({ topKernels }: Report): string {
  if (topKernels.length === 0) return 'kernels   none is recorded';
  const named = topKernels.slice(0, 3).map(({ shortName, share }) => `${clean(shortName)} ${percent(share)}`);
  return `kernels   ${named.join(', ')} of kernel time`;
}

function adviceLine({ advice }: Report): string {
  const warning = advice.find(({ severity }) => severity === 'warn');
  if (warning === undefined) return 'advice    nothing stands out';
  return `advice    ${warning.title}. ${warning.remedy}`;
}
