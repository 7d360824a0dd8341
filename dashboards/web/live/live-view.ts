import type { Curve, Snapshot } from '../../../src/analysis/snapshot.ts';
import type { Seconds } from '../../../src/model/units.ts';
import { type Alert, type AlertState, activeAlerts, noAlertState } from '../../model/alerts.ts';
import { windowChoices } from '../../model/choices.ts';
import type { DevicePoints, LiveMoment } from '../../model/live-stream.ts';
import { eachCurve, type HistoryPoints, thinCurve, thinHistory } from '../../model/thin-curves.ts';

/** More points than this are thinned: charts are drawn anew with every look. */
const mostPoints = 1500;
/** What the longest charts show, and a little, so that their lines begin at the edge. */
const keptSeconds = Math.max(...windowChoices) + 60;
const mostCurvePoints = 1200;
const curvePoints = 600;

/** What the page shows: a moment, with the curves up to it. */
export interface LiveView
  extends Pick<
    LiveMoment,
    'run' | 'host' | 'version' | 'lookSeconds' | 'sources' | 'denied' | 'kernelCount' | 'runs'
  > {
  readonly snapshot: Snapshot;
  /** Where the points of the histories stand, by device. */
  readonly times: ReadonlyMap<string, readonly Seconds[]>;
  readonly alerts: readonly Alert[];
  readonly alertState: AlertState;
}

/**
 * The view after a moment. Pure: arrays of the view before stay as they were, since a paused page goes on showing them.
 * @param last null where there is none
 */
export function advanced(last: LiveView | null, moment: LiveMoment): LiveView {
  const { whole, snapshot, histories, run, host, version, lookSeconds, sources, denied, kernelCount, runs } =
    moment;
  const before = last?.run === run ? last : null;
  const earlier = whole ? null : before;
  const points = new Map(histories.map((each) => [each.device, joined(earlier, each)] as const));
  const training = snapshot.training && {
    ...snapshot.training,
    loss: joinedCurve(earlier?.snapshot.training?.loss, snapshot.training.loss),
    accuracy: joinedCurve(earlier?.snapshot.training?.accuracy, snapshot.training.accuracy),
  };
  const devices = snapshot.devices.map((view) => {
    const { curves, intervalSeconds } = points.get(view.device.id) ?? nothing;
    return { ...view, history: { ...curves, dropped: 0, intervalSeconds } };
  });
  const now: Snapshot = { ...snapshot, training, devices };
  const { alerts, state } = activeAlerts(now, before?.alertState ?? noAlertState);
  return {
    run,
    host,
    version,
    lookSeconds,
    sources,
    denied,
    kernelCount,
    runs,
    snapshot: now,
    times: new Map([...points].map(([device, { x }]) => [device, x] as const)),
    alerts,
    alertState: state,
  };
}

const nothing: DevicePoints = { device: '', intervalSeconds: 1, x: [], curves: eachCurve(() => []) };

/** The points of a device with those that came since. */
function joined(before: LiveView | null, added: DevicePoints): DevicePoints {
  const x = before?.times.get(added.device) ?? [];
  const history = before?.snapshot.devices.find(({ device }) => device.id === added.device)?.history;
  if (history === undefined || x.length === 0) return added;
  const last = x.at(-1) ?? Number.NEGATIVE_INFINITY;
  // A page that came between two looks has the first of these points already.
  const from = added.x.findIndex((seconds) => seconds > last);
  const fresh = from < 0 ? added.x.length : from;
  const both = {
    x: [...x, ...added.x.slice(fresh)],
    curves: eachCurve((name) =>
      joinedValues(history[name], x.length, added.curves[name].slice(fresh), added.x.length - fresh),
    ),
  };
  const kept = both.x.length > mostPoints ? thinHistory(lately(both), added.intervalSeconds) : both;
  return { device: added.device, intervalSeconds: added.intervalSeconds, ...kept };
}

/** Without what no chart shows any more. */
function lately({ x, curves }: HistoryPoints): HistoryPoints {
  const oldest = (x.at(-1) ?? 0) - keptSeconds;
  const from = x.findIndex((seconds) => seconds >= oldest);
  return { x: x.slice(from), curves: eachCurve((name) => curves[name].slice(from)) };
}

/** Curves of which nothing is known come empty; NaN stands where the other one has values. */
function joinedValues(
  before: readonly number[],
  length: number,
  added: readonly number[],
  addedLength: number,
): readonly number[] {
  if (before.length === 0 && added.length === 0) return [];
  return [...filled(before, length), ...filled(added, addedLength)];
}

function filled(values: readonly number[], length: number): readonly number[] {
  return values.length > 0 ? values : new Array<number>(length).fill(Number.NaN);
}

function joinedCurve(before: Curve | undefined, added: Curve): Curve {
  if (before === undefined) return added;
  const last = before.x.at(-1) ?? Number.NEGATIVE_INFINITY;
  const from = added.x.findIndex((step) => step > last);
  if (from < 0) return before;
  const both = { x: [...before.x, ...added.x.slice(from)], y: [...before.y, ...added.y.slice(from)] };
  return both.y.length > mostCurvePoints ? thinCurve(both, curvePoints) : both;
}
