import { isKnown } from '../../model/measured.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Seconds } from '../../model/units.ts';
import { measureDevice, measureRanks, stragglingDevices } from '../utilization/index.ts';
import { windowSeconds } from './by-device.ts';
import { type Advice, type Finding, percent } from './finding.ts';
import { time } from './idle-causes.ts';

const id = 'stragglers';
/** What the others lose by waiting, of their window, from which on it is worth a person's time. */
const worthwhile = 0.03;

/** A rank, or a device of one process. */
interface Peer {
  readonly name: string;
  readonly computeSeconds: Seconds;
  readonly communicationSeconds: Seconds;
  readonly windowSeconds: Seconds;
  readonly straggler: boolean;
}

export const stragglers: Advice = {
  id,
  looksFor: 'a rank or device that the others wait for in communication',
  check(timeline) {
    // Replicas tell themselves how long they wait.
    if (timeline.workload?.parallel !== undefined) return null;
    const peers = timeline.ranks.length > 1 ? ranksOf(timeline) : devicesOf(timeline);
    if (peers.length < 2) {
      return finding(
        'recheck',
        'One rank alone cannot be compared',
        'Give the traces of several ranks together.',
        '',
      );
    }
    const slow = peers.filter(({ straggler }) => straggler);
    const others = peers.filter(({ straggler }) => !straggler);
    const lost = meanShare(others) - meanShare(slow);
    if (slow.length === 0 || !(lost >= worthwhile)) {
      return finding('ok', 'Ranks keep step', describe(peers), '');
    }
    return finding(
      'warn',
      `${slow.map(({ name }) => name).join(', ')} keeps the others waiting`,
      `${describe(slow)}; the others ${describe(others)}. The difference is ${percent(lost)} of their time.`,
      'Compare its input, clocks, temperature and neighbours with those of the others, and balance the work by what each rank is given.',
    );
  },
};

function ranksOf(timeline: Timeline): Peer[] {
  return measureRanks(timeline).flatMap(
    ({ rank, devices, computeSeconds, communicationSeconds, straggler }) => {
      if (!isKnown(computeSeconds) || !isKnown(communicationSeconds)) return [];
      const own = timeline.devices.filter(({ id: device }) => devices.includes(device));
      return [
        {
          name: `rank ${rank}`,
          computeSeconds: computeSeconds.value,
          communicationSeconds: communicationSeconds.value,
          windowSeconds: own.reduce((sum, device) => sum + windowSeconds(measureDevice(timeline, device)), 0),
          straggler,
        },
      ];
    },
  );
}

function devicesOf(timeline: Timeline): Peer[] {
  const slow = stragglingDevices(timeline);
  return timeline.devices.flatMap((device) => {
    const used = measureDevice(timeline, device);
    const { computeSeconds, communication } = used;
    if (!isKnown(computeSeconds) || !isKnown(communication.seconds)) return [];
    return [
      {
        name: device.id,
        computeSeconds: computeSeconds.value,
        communicationSeconds: communication.seconds.value,
        windowSeconds: windowSeconds(used),
        straggler: slow.has(device.id),
      },
    ];
  });
}

function meanShare(peers: readonly Peer[]): number {
  return (
    peers.reduce((sum, { communicationSeconds, windowSeconds: all }) => sum + communicationSeconds / all, 0) /
    peers.length
  );
}

function describe(peers: readonly Peer[]): string {
  return peers
    .slice(0, 4)
    .map(
      ({ name, computeSeconds, communicationSeconds }) =>
        `${name} computes ${time(computeSeconds)} and communicates ${time(communicationSeconds)}`,
    )
    .join(', ')
    .concat(peers.length > 4 ? `, and ${peers.length - 4} more` : '');
}

function finding(severity: Finding['severity'], title: string, evidence: string, remedy: string): Finding {
  return { id, severity, title, evidence, remedy };
}
