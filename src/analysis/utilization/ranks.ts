import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import { type Seconds, toSeconds } from '../../model/units.ts';
import type { DeviceUtilization } from './figures.ts';
import { measure } from './measure.ts';
import { type Peer, stragglersAmong } from './stragglers.ts';

/** One process of a distributed training, over its devices. */
export interface RankUtilization {
  readonly rank: number;
  readonly devices: readonly string[];
  readonly steps: number;
  readonly meanStepSeconds: Measured<Seconds>;
  /** Time in which a computing kernel ran, summed over its devices. */
  readonly computeSeconds: Measured<Seconds>;
  readonly communicationSeconds: Measured<Seconds>;
  /** Whether the others wait for it. */
  readonly straggler: boolean;
}

/** The ranks of a timeline, the lowest first; none where it is not of a distributed training. */
export function measureRanks(timeline: Timeline): RankUtilization[] {
  const { byDevice, rankSteps } = measure(timeline);
  const ranks = [...timeline.ranks]
    .sort((a, b) => a.rank - b.rank)
    .map(({ rank, devices }) => {
      const own = devices.map((id) => byDevice.get(id)).filter((device) => device !== undefined);
      const steps = rankSteps.find((of) => of.rank === rank);
      const stepsNs = steps?.steps.reduce((sum, step) => sum + step.endNs - step.startNs, 0) ?? 0;
      const count = steps?.steps.length ?? 0;
      return {
        rank,
        devices,
        steps: count,
        meanStepSeconds:
          count > 0
            ? known(toSeconds(stepsNs / count), 'steps')
            : absent('Nothing reported steps of this rank.'),
        computeSeconds: sumOf(own.map(({ computeSeconds }) => computeSeconds)),
        communicationSeconds: sumOf(own.map(({ communication }) => communication.seconds)),
        windowSeconds: own.reduce((sum, device) => sum + windowSeconds(device), 0),
      };
    });
  // Recordings of different lengths are compared by the step, or else by the second.
  const bySteps = ranks.every(({ steps }) => steps > 0);
  const slow = stragglersAmong(
    ranks.map(({ rank, steps, windowSeconds: window, computeSeconds, communicationSeconds }) => ({
      id: String(rank),
      per: bySteps ? steps : window,
      computeSeconds,
      waitSeconds: communicationSeconds,
    })),
  );
  return ranks.map(({ windowSeconds: _window, ...rank }) => ({
    ...rank,
    straggler: slow.has(String(rank.rank)),
  }));
}

/** Devices of one process for which the others wait, by id; those of several processes are compared by rank. */
export function stragglingDevices(timeline: Timeline): ReadonlySet<string> {
  const ranks =
    timeline.ranks.length > 0 ? timeline.ranks : [{ devices: timeline.devices.map(({ id }) => id) }];
  const { byDevice } = measure(timeline);
  const slow = ranks.flatMap(({ devices }) => [
    ...stragglersAmong(devices.flatMap((id) => toPeer(byDevice.get(id)))),
  ]);
  return new Set(slow);
}

/** Devices of one process are recorded over the same time. */
function toPeer(device: DeviceUtilization | undefined): Peer[] {
  if (device === undefined) return [];
  const { device: id, computeSeconds, communication } = device;
  return [{ id, per: 1, computeSeconds, waitSeconds: communication.seconds }];
}

function windowSeconds({ window }: DeviceUtilization): Seconds {
  return window === null ? 0 : toSeconds(window.endNs - window.startNs);
}

function sumOf(figures: readonly Measured[]): Measured {
  const values = figures.filter(isKnown);
  const [first] = values;
  if (first === undefined) return figures[0] ?? absent('No device of this rank is recorded.');
  return known(
    values.reduce((sum, { value }) => sum + value, 0),
    first.from,
  );
}
