import type { SourceReport } from '../../../collectors/collector.ts';
import { clean } from '../../model/clean-text.ts';
import { isKnown } from '../../model/measured.ts';
import { byteSize, measuredText, quantity, withUnit } from '../../model/numbers.ts';
import { wrapped } from '../../report/wrapped.ts';
import { byReason } from '../by-reason.ts';
import type { MachineDevice, MachineReport } from './examine.ts';

/** Narrower texts are not wrapped any further. */
const leastWidth = 60;

/** The report as a doctor would tell it: each device with what it gives and lacks, then each source. */
export function devicesText({ devices, sources }: MachineReport, width: number): string {
  const lines = [
    'Devices',
    ...devices.flatMap(deviceLines),
    ...(devices.some(isRealGpu) ? [] : ['  No GPU; the sources below say why.']),
    '',
    'Sources',
    ...sources.flatMap(sourceLines),
    '',
  ];
  return lines.flatMap((line) => wrapped(line, Math.max(leastWidth, width))).join('\n');
}

function isRealGpu({ kind, properties }: MachineDevice): boolean {
  return kind === 'gpu' && properties['kind'] !== 'software';
}

function deviceLines({ properties, gives, lacks, ...device }: MachineDevice): string[] {
  const sms = isKnown(device.smCount) ? [`${quantity(device.smCount.value)} SMs`] : [];
  const capability = isKnown(device.computeCapability)
    ? [`compute capability ${device.computeCapability.value}`]
    : [];
  const head = [
    `${device.id}: ${clean(device.name)} (${device.vendor})`,
    `${measuredText(device.memoryBytes, byteSize)} memory`,
    ...sms,
    ...capability,
  ].join(', ');
  const facts = Object.entries(properties).map(([name, value]) => `${name} ${clean(value)}`);
  return [
    `  ${head}`,
    ...(facts.length > 0 ? [`    ${facts.join(', ')}`] : []),
    isKnown(device.peakFlops)
      ? `    peak ${withUnit(device.peakFlops.value, 'FLOP/s')}, ${device.peakFlops.from}`
      : `    peak unknown: ${device.peakFlops.why}`,
    ...(gives.length > 0 ? [`    gives ${gives.join(', ')}`] : []),
    ...byReason(lacks).map(({ why, names }) => `    lacks ${names.join(', ')}: ${clean(why)}`),
  ];
}

function sourceLines({ id, works, gives, detail }: SourceReport): string[] {
  return [`  ${works ? '✓' : '✗'} ${id}: ${gives}`, `      ${clean(detail)}`];
}
