import { deviceFigures, figureNames } from '../../src/analysis/device-figures.ts';
import { arithmeticPeak, memoryPeak } from '../../src/analysis/device-peak.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import { byteSize, percent, quantity, shortTime, unknownMark, withUnit } from '../../src/model/numbers.ts';
import { figureText } from './figure-text.ts';
import { type Told, told } from './tone.ts';

const nothing: Told = { text: unknownMark, tone: 'dim' };

/** A figure with where it comes from, or why it is not there. */
export interface SourceEntry {
  readonly where: string;
  readonly name: string;
  readonly value: Told;
  readonly origin: string;
  readonly known: boolean;
}

/** All entries, in the order in which the cursor of the page walks over them. */
export function entriesOf(snapshot: Snapshot): SourceEntry[] {
  const entries: SourceEntry[] = snapshot.damage.map((sentence) => ({
    where: 'recording',
    name: 'damage',
    value: { text: '▲', tone: 'warn' },
    origin: sentence,
    known: true,
  }));
  const add = <T>(where: string, name: string, measured: Measured<T>, format: (value: T) => string): void => {
    const origin = isKnown(measured) ? measured.from : measured.why;
    entries.push({
      where,
      name,
      value: told(measured, format, 'strong'),
      origin,
      known: isKnown(measured),
    });
  };
  for (const view of snapshot.devices) {
    const { device } = view;
    if (view.state.condition !== 'present') {
      const { condition, why } = view.state;
      entries.push({
        where: device.id,
        name: 'state',
        value: { text: condition, tone: 'bad' },
        origin: why,
        known: true,
      });
    }
    for (const name of figureNames) {
      add(device.id, deviceFigures[name].label, view[name], (value) => figureText(name, value));
    }
    add(device.id, 'peak arithmetic', arithmeticPeak(device), (value) => withUnit(value, 'FLOP/s'));
    if (device.kind === 'gpu') {
      add(device.id, 'peak bandwidth', memoryPeak(device), (value) => withUnit(value, 'B/s'));
    }
    add(device.id, 'memory built in', device.memoryBytes, byteSize);
    add(device.id, 'multiprocessors', device.smCount, quantity);
    add(device.id, 'compute capability', device.computeCapability, (value) => value);
  }
  for (const why of snapshot.whyNoGpu) {
    entries.push({ where: 'gpu', name: 'none', value: nothing, origin: why, known: false });
  }
  for (const why of snapshot.sourceTroubles) {
    entries.push({ where: 'gpu', name: 'source', value: nothing, origin: why, known: false });
  }
  if (snapshot.training !== null) {
    const { training } = snapshot;
    add('training', 'step time', training.stepSeconds, shortTime);
    add('training', 'samples/s', training.samplesPerSecond, quantity);
    add('training', 'validation', training.validationAccuracy, percent);
    add('training', 'learning rate', training.learningRate, quantity);
  }
  const { host } = snapshot;
  add('host', 'CPU', host.cpuUtil, percent);
  add('host', 'training load', host.processUtil, (value) => `${quantity(value)} cores`);
  add('host', 'memory used', host.memoryUsedBytes, byteSize);
  add('host', 'training memory', host.processMemoryBytes, byteSize);
  return entries;
}
