import { isKnown, type Measured } from '../../../src/model/measured.ts';
import { count, percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import type { DeviceReport, HostWorkReport } from '../../../src/report/report.ts';
import { type Child, element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { type Part, partsBar } from './parts-bar.ts';
import { simpleTable } from './simple-table.ts';

const parts = [
  ['hostBound', 'host-bound', 'var(--i-host)'],
  ['launchBound', 'launch-bound', 'var(--i-launch)'],
  ['other', 'other', 'var(--i-other)'],
] as const;

/** Where each device waited, and for what. */
export function idleSection({ report }: PageData): HTMLElement {
  const sheet = () => ({
    head: [
      'device',
      'idleSeconds',
      'hostBoundSeconds',
      'launchBoundSeconds',
      'otherSeconds',
      'gaps',
      'longestGapSeconds',
    ],
    rows: report.devices.map(({ id, idle }) => [
      id,
      idle.seconds.value,
      idle.hostBound.value,
      idle.launchBound.value,
      idle.other.value,
      idle.gaps,
      idle.longestGapSeconds,
    ]),
  });
  const { hostWork } = report.steps;
  return section(
    'idle',
    'Idle time',
    downloadButton('idle', 'the idle times', sheet),
    ...(report.devices.length === 0 ? [note('No device is recorded.')] : report.devices.map(deviceIdle)),
    ...(hostWork.length === 0
      ? []
      : [element('h3', {}, 'The host within steps'), hostTable(hostWork, 'share of steps')]),
  );
}

function deviceIdle({ id, idle, launches, window }: DeviceReport): HTMLElement {
  const { seconds } = idle;
  const body: Child[] = [element('h3', {}, id)];
  if (!isKnown(seconds)) return element('article', {}, ...body, note(seconds.why));
  const ofWindow =
    window !== null && window.seconds > 0
      ? ` (${percent(seconds.value / window.seconds)} of its window)`
      : '';
  body.push(
    element(
      'p',
      {},
      `Idle for ${shortTime(seconds.value)}${ofWindow} in ${count(idle.gaps)} gaps; the longest took ${shortTime(idle.longestGapSeconds)}.`,
    ),
  );
  const shown = parts.flatMap(([key, label, colour]): Part[] => {
    const part = idle[key];
    if (!isKnown(part)) return [];
    const share = seconds.value > 0 ? part.value / seconds.value : 0;
    return [{ word: key === 'other' ? 'otherIdle' : key, label, share, text: shortTime(part.value), colour }];
  });
  if (shown.length > 0 && seconds.value > 0) body.push(partsBar(`Parts of the idle time of ${id}`, shown));
  body.push(...reasons([idle.hostBound, idle.launchBound, idle.other]), launchNote(launches));
  if (idle.hostWork.length > 0) body.push(hostTable(idle.hostWork, 'share of host-bound'));
  return element('article', {}, ...body);
}

/** Each reason once. */
export function reasons(figures: readonly Measured[]): (HTMLElement | null)[] {
  return [...new Set(figures.map((figure) => (isKnown(figure) ? '' : figure.why)))].map(note);
}

function launchNote({
  delayP50Seconds,
  delayP95Seconds,
  queueDepth,
}: DeviceReport['launches']): HTMLElement | null {
  if (!isKnown(delayP50Seconds)) return note(`Launch delay: ${delayP50Seconds.why}`);
  const slow = isKnown(delayP95Seconds) ? `, ${shortTime(delayP95Seconds.value)} at the slow end (p95)` : '';
  const depth = isKnown(queueDepth) ? `; ${quantity(queueDepth.value)} launches queued on average` : '';
  return element(
    'p',
    {},
    `From call to start ${shortTime(delayP50Seconds.value)} in the middle${slow}${depth}.`,
  );
}

function hostTable(work: readonly HostWorkReport[], shareHead: string): HTMLElement {
  return simpleTable(
    'Host work',
    ['host work', 'kind', 'time', shareHead],
    work.map(({ name, kind, seconds, share }) => [name, kind, shortTime(seconds), percent(share)]),
  );
}
