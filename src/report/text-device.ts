import { clean } from '../model/clean-text.ts';
import { isKnown } from '../model/measured.ts';
import { measuredText, percent, plural, quantity, shortTime, withUnit } from '../model/numbers.ts';
import { deviceFigures } from './figures.ts';
import type { CopyDirection, DeviceReport, HostWorkReport, RecordedReport, ReportWindow } from './report.ts';
import { plainText, verdictOf } from './verdict.ts';

/** Parts of a list that one line has room for. */
const listed = 4;
/** A part under this share of the whole is not worth its place on one screen. */
const worthNaming = 0.01;

const directions: Readonly<Record<CopyDirection, string>> = {
  hostToDevice: 'host to device',
  deviceToHost: 'device to host',
  deviceToDevice: 'within the device',
  peerToPeer: 'device to device',
  hostToHost: 'host to host',
  other: 'other copies',
};

/** A device on a few lines: its figures, where its idle time goes, what else it does. */
export function deviceText(device: DeviceReport): string {
  const name = `${clean(device.id)}: ${clean(device.name)}`;
  const lines = [
    figuresLine(device),
    recordedText(device.recorded, device.window),
    peakLine(device),
    `${kernelsText(device)}${categories(device)}`,
    idleLine(device),
    launchLine(device),
    communicationLine(device),
    ...copyLines(device),
  ];
  return [
    device.gap === '' ? name : `${name}: ${device.gap}`,
    `  ${plainText(verdictOf(device))}`,
    ...lines.filter((line) => line !== '').map((line) => `  ${line}`),
  ].join('\n');
}

function figuresLine(device: DeviceReport): string {
  const figures = deviceFigures(device)
    .filter(([, figure]) => isKnown(figure))
    .map(([name, figure, format]) => `${name} ${measuredText(figure, format)}`);
  return figures.join('  ·  ');
}

/** How many kernels for how long; where none is recorded, that: it does not say that none ran. */
export function kernelsText({ kernels, kernelSeconds, kernelBusy }: DeviceReport): string {
  if (kernels === 0 && kernelBusy.value === null) return kernelBusy.why;
  return `${plural(kernels, 'kernel')} in ${shortTime(kernelSeconds)}`;
}

/** How kernels were recorded, where not all of them were told one by one; '' otherwise. */
export function recordedText(recorded: RecordedReport, window: ReportWindow | null): string {
  if (recorded.how === 'summary') {
    return 'kernels are summed by the second (--kernels summary): their counts and times are exact, when each ran is not known';
  }
  if (recorded.how !== 'windows' || window === null) return '';
  return `kernels were recorded for ${shortTime(recorded.seconds)} of ${shortTime(window.seconds)}, in ${plural(recorded.windows ?? 0, 'window')} (--kernels window): figures are over these alone`;
}

function peakLine({ peakFlops }: DeviceReport): string {
  return isKnown(peakFlops) ? `peak ${withUnit(peakFlops.value, 'FLOP/s')} (${peakFlops.from})` : '';
}

function categories({ categories }: DeviceReport): string {
  const named = categories
    .filter(({ share }) => share >= worthNaming)
    .slice(0, listed)
    .map(({ category, share }) => `${category} ${percent(share)}`);
  return named.length > 0 ? `: ${named.join(', ')}` : '';
}

function idleLine({ idle }: DeviceReport): string {
  if (!isKnown(idle.seconds)) return '';
  const total = `idle ${shortTime(idle.seconds.value)} in ${plural(idle.gaps, 'gap')}, the longest ${shortTime(idle.longestGapSeconds)}`;
  if (!isKnown(idle.hostBound)) return total;
  const part = (name: string, seconds: DeviceReport['idle']['other']) =>
    `${name} ${measuredText(seconds, shortTime)}`;
  const host = hostWorkText(idle.hostWork);
  const parts = [
    `${part('host-bound', idle.hostBound)}${host === '' ? '' : ` (${host})`}`,
    part('launch-bound', idle.launchBound),
    part('other', idle.other),
  ];
  return `${total}: ${parts.join(', ')}`;
}

/** The heaviest host work, or nothing where it is not known. */
export function hostWorkText(work: readonly HostWorkReport[]): string {
  const named = work
    .filter(({ share }) => share >= worthNaming)
    .slice(0, 2)
    .map(({ name, share }) => `${clean(name).slice(0, 50)} ${percent(share)}`);
  return named.join(', ');
}

function launchLine({ launches }: DeviceReport): string {
  const { delayP50Seconds, delayP95Seconds, queueDepth } = launches;
  if (!isKnown(delayP50Seconds)) return '';
  return `from call to start ${shortTime(delayP50Seconds.value)} in the middle, ${measuredText(delayP95Seconds, shortTime)} at the slow end (p95); ${measuredText(queueDepth, quantity)} queued on average`;
}

function communicationLine({ communication }: DeviceReport): string {
  const { seconds, overlap, exposedSeconds } = communication;
  if (!isKnown(seconds)) return '';
  return `communication ${shortTime(seconds.value)}, ${measuredText(overlap, percent)} of it under compute, ${measuredText(exposedSeconds, shortTime)} exposed`;
}

function copyLines({ copies }: DeviceReport): string[] {
  return copies
    .slice(0, listed)
    .map(
      ({ direction, count: number, seconds, bytesPerSecond, overlap }) =>
        `${plural(number, 'copy', 'copies')} ${directions[direction]}: ${shortTime(seconds)}, ${measuredText(bytesPerSecond, (value) => withUnit(value, 'B/s'))}, ${measuredText(overlap, percent)} of it under kernels`,
    );
}
