import { isKnown } from '../../../src/model/measured.ts';
import { byteSize, count, percent, shortTime, withUnit } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import type { CopyDirection, DeviceReport } from '../../../src/report/report.ts';
import { element, note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { reasons } from './idle-section.ts';
import { partsBar } from './parts-bar.ts';
import { entryOf, simpleTable } from './simple-table.ts';

/** How much of the communication compute hides. */
export function communicationSection({ report }: PageData): HTMLElement {
  const sheet = () => ({
    head: ['device', 'seconds', 'overlap', 'exposedSeconds'],
    rows: report.devices.map(({ id, communication }) => [
      id,
      communication.seconds.value,
      communication.overlap.value,
      communication.exposedSeconds.value,
    ]),
  });
  const known = report.devices.some(({ communication }) => isKnown(communication.seconds));
  return section(
    'communication',
    'Communication',
    known ? downloadButton('communication', 'the communication times', sheet) : null,
    ...(report.devices.length === 0
      ? [note('No device is recorded.')]
      : report.devices.map(deviceCommunication)),
  );
}

function deviceCommunication({ id, communication }: DeviceReport): HTMLElement {
  const { seconds, overlap, exposedSeconds } = communication;
  const head = element('h3', {}, id);
  if (!isKnown(seconds)) return element('article', {}, head, note(seconds.why));
  const text = element('p', {}, `Communication ran for ${shortTime(seconds.value)}.`);
  if (!isKnown(overlap) || !isKnown(exposedSeconds) || seconds.value === 0)
    return element('article', {}, head, text, ...reasons([overlap, exposedSeconds]));
  const hidden = seconds.value - exposedSeconds.value;
  return element(
    'article',
    {},
    head,
    text,
    partsBar(`Communication of ${id}`, [
      {
        word: 'overlap',
        label: 'under compute',
        share: overlap.value,
        text: shortTime(Math.max(0, hidden)),
        colour: 'var(--i-hidden)',
      },
      {
        word: 'exposed',
        label: 'exposed',
        share: 1 - overlap.value,
        text: shortTime(exposedSeconds.value),
        colour: 'var(--c-communication)',
      },
    ]),
  );
}

const directions: Readonly<Record<CopyDirection, string>> = {
  hostToDevice: 'host to device',
  deviceToHost: 'device to host',
  deviceToDevice: 'within the device',
  peerToPeer: 'device to device',
  hostToHost: 'host to host',
  other: 'other',
};

/** Copies by direction. */
export function copiesSection({ report }: PageData): HTMLElement {
  const copies = report.devices.flatMap(({ id, copies }) => copies.map((copy) => ({ id, copy })));
  if (copies.length === 0) return section('copies', 'Copies', null, note('No copy is recorded.'));
  const rows = copies.map(({ id, copy }) => [
    `${id} · ${directions[copy.direction]}`,
    count(copy.count),
    shortTime(copy.seconds),
    entryOf(copy.bytes, byteSize),
    entryOf(copy.bytesPerSecond, (value) => withUnit(value, 'B/s')),
    entryOf(copy.overlap, percent),
  ]);
  const sheet = () => ({
    head: ['device', 'direction', 'count', 'seconds', 'bytes', 'bytesPerSecond', 'overlap'],
    rows: copies.map(({ id, copy }) => [
      id,
      copy.direction,
      copy.count,
      copy.seconds,
      copy.bytes.value,
      copy.bytesPerSecond.value,
      copy.overlap.value,
    ]),
  });
  return section(
    'copies',
    'Copies',
    downloadButton('copies', 'the copies', sheet),
    simpleTable(
      'Copies by direction',
      ['direction', 'count', 'time', 'bytes', 'rate', 'under kernels'],
      rows,
    ),
    ...reasons(copies.flatMap(({ copy }) => [copy.bytes, copy.bytesPerSecond, copy.overlap])),
  );
}
