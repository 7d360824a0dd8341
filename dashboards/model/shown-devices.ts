import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { isKnown } from '../../src/model/measured.ts';

const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * The devices that have a row, in its order: GPUs by their numbers, whichever was seen first, with their MIG devices below them, and the CPU where it runs kernels
 * or is alone. Elsewhere the CPU stands with the host.
 */
export function shownDevices(snapshot: Snapshot): readonly DeviceView[] {
  const gpus = snapshot.devices
    .filter((view) => view.device.kind === 'gpu')
    .sort((one, other) => byNumber.compare(one.device.id, other.device.id));
  const cpus = snapshot.devices.filter(
    (view) => view.device.kind !== 'gpu' && (gpus.length === 0 || runsKernels(view, snapshot)),
  );
  const ids = new Set(gpus.map((view) => view.device.id));
  const isPart = (view: DeviceView): boolean =>
    view.device.parent !== undefined && view.device.parent !== view.device.id && ids.has(view.device.parent);
  const whole = gpus.filter((view) => !isPart(view));
  const parts = gpus.filter(isPart);
  const placed = whole.flatMap((view) => [
    view,
    ...parts.filter((part) => part.device.parent === view.device.id),
  ]);
  // A part of a part has no place of its own; it is shown all the same.
  return [...cpus, ...placed, ...parts.filter((part) => !placed.includes(part))];
}

/**
 * Place of the chosen device among the shown ones; 0 where there are none.
 * @param device as it was chosen, which may be more than there are by now
 */
export function chosenIndex(shown: number, device: number): number {
  return shown === 0 ? 0 : Math.max(0, Math.trunc(device)) % shown;
}

/** Whether a GPU stands among them. */
export function hasGpu(views: readonly DeviceView[]): boolean {
  return views.some((view) => view.device.kind === 'gpu');
}

function runsKernels(view: DeviceView, snapshot: Snapshot): boolean {
  return isKnown(view.kernelBusy) || snapshot.kernels.some((row) => row.device === view.device.id);
}
