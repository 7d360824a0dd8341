import { clean } from '../../model/clean-text.ts';
import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Ratio, Seconds } from '../../model/units.ts';
import { type DeviceUtilization, type HostWorkFigures, measureSteps } from '../utilization/index.ts';
import { windowSeconds } from './by-device.ts';

/** Host ranges that bring input, by the names that frameworks and programs give them. */
const inputWork =
  /data_?load|load_?batch|next_?batch|get_?batch|fetch_?batch|batch_?fetch|input_?pipeline|IteratorGetNext|\bDALI\b/i;
/** Host ranges in which a program waits for a copy or for the device: PyTorch's operators, and calls of the driver. */
const waitingWork =
  /^aten::(?:to|_to_copy|copy_|item|_local_scalar_dense|nonzero|is_nonzero|equal|cpu)$|^(?:cuda|cu|hip)\w*(?:Memcpy|Synchronize)/;

/** Names of host ranges are cut in evidence after so many characters. */
const longestName = 60;

/** What an idle device waited for, as far as launch calls and host ranges tell. Each cause is counted once. */
export interface IdleCauses {
  readonly windowSeconds: Seconds;
  /** Host ranges that bring input, while the device waited for the host. */
  readonly inputSeconds: Seconds;
  /** Launches of copies on their way, while the host was in a range that waits for copies. */
  readonly waitingSeconds: Seconds;
  /** The rest of what the host and the launches took: calls from one operator to the next. */
  readonly dispatchSeconds: Seconds;
  /** Launches had come in time, or their calls are not recorded. */
  readonly otherSeconds: Seconds;
  readonly gaps: number;
}

/** The causes of a device's idle time; null where calls are not recorded, or nothing ran. */
export function idleCauses(timeline: Timeline, used: DeviceUtilization): IdleCauses | null {
  const { hostBound, launchBound, other, hostWork, gaps } = used.idle;
  if (used.window === null || !isKnown(hostBound) || !isKnown(launchBound) || !isKnown(other)) return null;
  const inputSeconds = secondsOf(hostWork, isInput);
  const waitingSeconds = Math.min(
    launchBound.value,
    timeline.steps.length > 0 ? secondsOf(measureSteps(timeline).hostWork, isWaiting) : 0,
  );
  return {
    windowSeconds: windowSeconds(used),
    inputSeconds,
    waitingSeconds,
    dispatchSeconds: Math.max(0, hostBound.value + launchBound.value - inputSeconds - waitingSeconds),
    otherSeconds: other.value,
    gaps,
  };
}

/** Share that the wanted host work has; of the whole that its figures are of. */
export function shareOf(
  hostWork: readonly HostWorkFigures[],
  wanted: (work: HostWorkFigures) => boolean,
): Ratio {
  return hostWork.filter(wanted).reduce((sum, { share }) => sum + share, 0);
}

/** Seconds of the wanted host work. */
export function secondsOf(
  hostWork: readonly HostWorkFigures[],
  wanted: (work: HostWorkFigures) => boolean,
): Seconds {
  return hostWork.filter(wanted).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Whether a host range brings input. */
export function isInput({ name }: HostWorkFigures): boolean {
  return inputWork.test(name);
}

/** Whether a host range waits for a copy or the device. */
export function isWaiting({ name }: HostWorkFigures): boolean {
  return waitingWork.test(name);
}

/** The first few names, for evidence: `a (1.2 s), b (0.3 s)`. */
export function namesOf(hostWork: readonly HostWorkFigures[], most = 3): string {
  return hostWork
    .slice(0, most)
    .map(({ name, seconds }) => `${shortened(clean(name))} (${time(seconds)})`)
    .join(', ');
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

/** Seconds as evidence prints them. */
export function time(seconds: Seconds): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(1)} ms`;
  return `${(seconds * 1e6).toFixed(1)} µs`;
}
