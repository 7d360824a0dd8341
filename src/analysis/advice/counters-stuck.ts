import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { busyUtil } from '../counter-judgement.ts';
import { samplesSince } from '../sampled-figures.ts';
import { xidWords } from '../xid-words.ts';
import { enoughSamples, worstGpu } from './by-gpu.ts';
import { type Advice, percent } from './finding.ts';

const id = 'counters-stuck';
const counters = ['smActive', 'dramActive', 'occupancy'] as const;
/** One counter at 0 can be true; a busy GPU on which two are is not counted. */
const enoughCounters = 2;

export const countersStuck: Advice = {
  id,
  looksFor: 'counters that stay at exactly 0 on a GPU that is busy',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of a busy GPU with counters to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const util = samples.mean('util').value;
      const counted = counters
        .map((counter) => samples.values(counter))
        .filter((values) => values.length >= enoughSamples);
      if (util === null || util < busyUtil || counted.length < enoughCounters) return null;
      if (!counted.every((values) => values.every((value) => value === 0))) {
        return { severity: 'ok', title: 'Counters move', evidence: '', remedy: '' };
      }
      const xid = lastXid(timeline, samples.device.id);
      return {
        severity: xid === null ? 'recheck' : 'warn',
        title: `Counters of ${samples.device.id} stay at 0 while it is busy`,
        evidence: `Util is ${percent(util)}, and every sample of ${counted.length} counters is 0${xid === null ? '' : `, after ${xid}`}.`,
        remedy:
          'Do not trust these zeros: end the programs on this GPU and reset it (nvidia-smi --gpu-reset), or restart what reads its counters.',
      };
    });
  },
};

function lastXid(timeline: Timeline, device: string): string | null {
  const seen = samplesSince(timeline, device, 'xid', Number.NEGATIVE_INFINITY);
  const xid = seen?.values.at(-1);
  const timeNs = seen?.timesNs.at(-1);
  if (xid === undefined || timeNs === undefined) return null;
  return `${xidWords(xid)} at ${toSeconds(timeNs).toFixed(0)} s`;
}
