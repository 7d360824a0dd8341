import type { Finding, Severity } from '../../src/analysis/advice/finding.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { shownDevices } from './shown-devices.ts';

const order: readonly Severity[] = ['warn', 'recheck', 'ok'];

/** Warnings first. */
export function sortedFindings({ findings }: Snapshot): Finding[] {
  return [...findings].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}

/** Warnings that name a device; all where there is no other. */
export function warningsOf(snapshot: Snapshot, { device }: DeviceView): Finding[] {
  const alone = shownDevices(snapshot).length === 1;
  const names = (text: string): boolean => text.split(/[^\w/-]+/).includes(device.id);
  return snapshot.findings.filter(
    ({ severity, title, evidence }) => severity === 'warn' && (alone || names(title) || names(evidence)),
  );
}
