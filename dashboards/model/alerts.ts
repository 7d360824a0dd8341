import type { DeviceFigure } from '../../src/analysis/device-figures.ts';
import type { DeviceView, Snapshot } from '../../src/analysis/snapshot.ts';
import { type Measured, valueOrNaN } from '../../src/model/measured.ts';
import type { Seconds } from '../../src/model/units.ts';

/** Something that wants eyes now. */
export interface Alert {
  /** Id of the device; '' where it is of the whole run. */
  readonly device: string;
  /** One short sentence. */
  readonly text: string;
  /** When it began to hold, on the clock of `Snapshot.elapsedSeconds`. */
  readonly sinceSeconds: Seconds;
}

/** Limits that a person can set; ratios are 0..1. */
export interface AlertLimits {
  readonly temperatureCelsius: number;
  readonly memoryShare: number;
  readonly uncorrectedErrors: number;
  /** A device that looks busy by util … */
  readonly busyUtil: number;
  /** … with its multiprocessors this empty … */
  readonly emptySmActive: number;
  /** … for this long. */
  readonly emptySeconds: Seconds;
}

export const defaultAlertLimits: AlertLimits = {
  temperatureCelsius: 90,
  memoryShare: 0.98,
  uncorrectedErrors: 0,
  busyUtil: 0.9,
  emptySmActive: 0.15,
  emptySeconds: 60,
};

/** Two figures that the driver does not give as such. */
type AlertFigure = DeviceFigure | 'memoryShare' | 'thermalThrottle';

/** `atLeast` and `above` differ at the limit itself. A figure that is not known fulfils nothing. */
type Condition = { readonly figure: AlertFigure } & (
  | { readonly atLeast: number }
  | { readonly above: number }
  | { readonly below: number }
);

/** An alert of a device: all conditions hold, without a break, for `forSeconds`. */
export interface AlertRule {
  readonly id: string;
  readonly conditions: readonly Condition[];
  readonly forSeconds: Seconds;
  readonly text: string;
}

/** The rules, worst first. Adding one is an entry here. */
export function alertRules(limits: AlertLimits): readonly AlertRule[] {
  return [
    {
      id: 'ecc',
      conditions: [{ figure: 'eccUncorrectedErrors', above: limits.uncorrectedErrors }],
      forSeconds: 0,
      text: 'memory errors that ECC could not correct',
    },
    {
      id: 'hot',
      conditions: [{ figure: 'temperatureCelsius', atLeast: limits.temperatureCelsius }],
      forSeconds: 0,
      text: `${limits.temperatureCelsius} °C or hotter`,
    },
    {
      id: 'throttled',
      conditions: [{ figure: 'thermalThrottle', atLeast: 1 }],
      forSeconds: 0,
      text: 'clocks are held down by heat',
    },
    {
      id: 'memory',
      conditions: [{ figure: 'memoryShare', atLeast: limits.memoryShare }],
      forSeconds: 0,
      text: 'memory is nearly full',
    },
    {
      id: 'empty',
      conditions: [
        { figure: 'util', atLeast: limits.busyUtil },
        { figure: 'smActive', below: limits.emptySmActive },
      ],
      forSeconds: limits.emptySeconds,
      text: 'busy but empty: util is high, the multiprocessors idle',
    },
  ];
}

/**
 * Bits of the clocks' throttle reasons that heat sets: software thermal slowdown, hardware thermal slowdown.
 * Source: nvml.h, nvmlClocksThrottleReasonSwThermalSlowdown and nvmlClocksThrottleReasonHwThermalSlowdown.
 */
const thermalBits = 0x20n | 0x40n;

/** Since when each rule holds for each device, on the clock of the snapshot. */
export type AlertState = ReadonlyMap<string, Seconds>;

export const noAlertState: AlertState = new Map();

/**
 * What wants eyes now, worst first. Pure: the state goes in and a new one comes out.
 * @param before What the call for the moment before gave; a moment that goes back in time begins anew.
 */
export function activeAlerts(
  snapshot: Snapshot,
  before: AlertState,
  rules: readonly AlertRule[] = alertRules(defaultAlertLimits),
): { readonly alerts: readonly Alert[]; readonly state: AlertState } {
  const now = snapshot.elapsedSeconds;
  const state = new Map<string, Seconds>();
  const alerts: Alert[] = [];
  const hold = (id: string, device: string, text: string, forSeconds: Seconds): void => {
    const key = `${id} ${device}`;
    const earlier = before.get(key);
    const sinceSeconds = earlier === undefined || earlier > now ? now : earlier;
    state.set(key, sinceSeconds);
    if (now - sinceSeconds >= forSeconds) alerts.push({ device, text, sinceSeconds });
  };
  for (const { device, state: stands } of snapshot.devices) {
    if (stands.condition === 'present') continue;
    hold(stands.condition, device.id, stands.why === '' ? `is ${stands.condition}` : stands.why, 0);
  }
  const loss = snapshot.training?.loss.y.at(-1);
  if (loss !== undefined && !Number.isFinite(loss)) hold('loss', '', 'the loss is not a finite number', 0);
  for (const rule of rules) {
    for (const view of snapshot.devices) {
      if (view.state.condition !== 'present') continue;
      if (rule.conditions.every((condition) => holds(view, condition))) {
        hold(rule.id, view.device.id, rule.text, rule.forSeconds);
      }
    }
  }
  return { alerts, state };
}

function holds(view: DeviceView, condition: Condition): boolean {
  const value = figureOf(view, condition.figure);
  if ('atLeast' in condition) return value >= condition.atLeast;
  return 'above' in condition ? value > condition.above : value < condition.below;
}

/** NaN where it is not known: no comparison with it holds. */
function figureOf(view: DeviceView, figure: AlertFigure): number {
  if (figure === 'memoryShare') {
    const total = valueOrNaN(view.memoryTotalBytes);
    return total > 0 ? valueOrNaN(view.memoryUsedBytes) / total : Number.NaN;
  }
  if (figure === 'thermalThrottle') return thermalThrottle(view.throttleReasons);
  return valueOrNaN(view[figure]);
}

function thermalThrottle({ value }: Measured): number {
  if (value === null || !Number.isSafeInteger(value) || value < 0) return Number.NaN;
  return (BigInt(value) & thermalBits) === 0n ? 0 : 1;
}
