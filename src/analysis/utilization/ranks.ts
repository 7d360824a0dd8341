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
  const slow = stragglersAmong(
    ranks.map((rank) => ({ ...rank, id: String(rank.rank), waitSeconds: rank.communicationSeconds })),
  );
  return ranks.map(({ windowSeconds: _window, ...rank }) => ({
    ...rank,
    straggler: slow.has(String(rank.rank)),
  }));
}

/** Devices for which the others of the timeline wait, by id: also those of one process. */
export function stragglingDevices(timeline: Timeline): ReadonlySet<string> {
  const peers = [...measure(timeline).byDevice.values()].map(
    (device): Peer => ({
      id: device.device,
      steps: 0,
      windowSeconds: windowSeconds(device),
      computeSeconds: device.computeSeconds,
      waitSeconds: device.communication.seconds,
    }),
  );
  return stragglersAmong(peers);
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
