import type { DeviceView, Snapshot, TrainingView } from '../../src/analysis/snapshot.ts';
import { clean } from '../../src/model/clean-text.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import { clockTime, count, measuredText, percent, quantity, shortTime } from '../../src/model/numbers.ts';
import { hasGpu, shownDevices } from '../model/shown-devices.ts';

/** Whether a full screen can be drawn; otherwise print `plainLine` now and then. */
export function canDrawScreen(
  input: { readonly isTTY?: boolean },
  output: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return input.isTTY === true && output.isTTY === true && environment['TERM'] !== 'dumb';
}

/**
 * A moment of a run in one plain line, for logs and terminals without a screen: time, state, progress of the
 * training, and per device the coarse figure beside the real ones. Without escapes and without a newline.
 */
export function plainLine(snapshot: Snapshot): string {
  const parts = [`${clockTime(snapshot.elapsedSeconds)} ${stateText(snapshot)}`];
  if (snapshot.training !== null) parts.push(trainingText(snapshot.training));
  for (const device of shownDevices(snapshot)) parts.push(deviceText(device));
  if (snapshot.whyNoGpu.length > 0 && !hasGpu(snapshot.devices)) {
    parts.push(`no GPU: ${snapshot.whyNoGpu.map(clean).join(' ')}`);
  }
  if (snapshot.lostRecords > 0) parts.push(`${count(snapshot.lostRecords)} records lost`);
  if (snapshot.damage.length > 0) parts.push(`damaged: ${snapshot.damage.map(clean).join(' ')}`);
  return parts.join(' | ');
}

function stateText(snapshot: Snapshot): string {
  const synthetic = snapshot.training?.workload?.synthetic === true ? ' (synthetic data)' : '';
  const message = snapshot.message === '' ? '' : `: ${clean(snapshot.message)}`;
  const fault = snapshot.training?.workload?.fault;
  const onPurpose = fault ? ` (fault: ${clean(fault)}, on purpose)` : '';
  return snapshot.state + message + synthetic + onPurpose;
}

function trainingText(training: TrainingView): string {
  const planned = training.workload?.plannedSteps;
  const step = planned == null ? count(training.step) : `${count(training.step)}/${count(planned)}`;
  const loss = training.loss.y.at(-1);
  return [
    `step ${step}`,
    `loss ${loss === undefined ? '–' : quantity(loss)}`,
    `${measuredText(training.samplesPerSecond, quantity)} samples/s`,
    `step time ${measuredText(training.stepSeconds, shortTime)}`,
  ].join(' ');
}

/** On a CPU the kernels tell the truth; on a GPU the counters, or the kernels where nothing counts. */
function deviceText(view: DeviceView): string {
  const { device, state } = view;
  if (state.condition !== 'present') {
    return `${clean(device.id)} ${state.condition}${state.why === '' ? '' : `: ${clean(state.why)}`}`;
  }
  const share = (name: string, value: Measured): string => `${name} ${measuredText(value, percent)}`;
  const known = (name: string, value: Measured): string[] => (isKnown(value) ? [share(name, value)] : []);
  if (device.kind !== 'gpu') {
    return [
      clean(device.id),
      share('util', view.util),
      share('kernelBusy', view.kernelBusy),
      share('peak', view.peakShare),
    ].join(' ');
  }
  return [
    clean(device.id),
    share('util', view.util),
    share('smActive', view.smActive),
    ...known('kernelBusy', view.kernelBusy),
    ...known('occupancy', view.occupancy),
    ...known('tensor', view.tensorActive),
    ...known('dram', view.dramActive),
    ...known('peak', view.peakShare),
    ...(isKnown(view.powerWatts) ? [`${view.powerWatts.value.toFixed(0)} W`] : []),
  ].join(' ');
}
